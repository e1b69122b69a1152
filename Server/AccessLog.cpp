//
// AccessLog.cpp
//

#include "Server/AccessLog.h"

#include "Shared/LogOutput.h"
#include "Shared/Quietly.h"

#include <Poco/Message.h>

#include <utility>

namespace Bore
{

namespace
{

Poco::AutoPtr<Poco::Channel> channelFor(const LogOutputConfig& config)
{
	if (config.target == LogOutputConfig::Target::Off) return nullptr;
	return openLines(config);
}

} // namespace

AccessLog::AccessLog() noexcept
	: _format(Format::Text)
{
}

AccessLog::AccessLog(const LogOutputConfig& config)
	: AccessLog(channelFor(config), config.format)
{
}

AccessLog::AccessLog(Poco::AutoPtr<Poco::Channel> channel, Format format)
	: _channel(std::move(channel))
	, _format(format)
{
}

AccessLog::~AccessLog()
{
	if (_channel) quietly([this] { _channel->close(); });
}

std::shared_ptr<AccessRecord> AccessLog::begin(
	const Clock& clock, const std::string& user, std::uint16_t port, const std::string& visitor)
{
	if (!_channel) return nullptr;
	return std::make_shared<AccessRecord>(*this, clock, user, port, visitor);
}

void AccessLog::write(const std::string& line) noexcept
{
	quietly([&] { _channel->log(Poco::Message("bore.access", line, Poco::Message::PRIO_INFORMATION)); });
}

} // namespace Bore
