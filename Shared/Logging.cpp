//
// Logging.cpp
//

#include "Shared/Logging.h"

#include "Shared/LogFileChannel.h"
#include "Shared/LogOutput.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/Quietly.h"

#include <Poco/Logger.h>

namespace Bore
{

Logging::Logging(const LogConfig& config)
	: _channel(openLog(config.output))
{
	Poco::Logger::setChannel("", _channel);
	setLevels(config);
	LoggingErrorHandler::install();
}

Logging::~Logging()
{
	quietly([] { Poco::Logger::setChannel("", nullptr); });
	_channel->close();
}

void Logging::setLevels(const LogConfig& config)
{
	// A level is a word, which loggers read as they go: a line more or less
	// while they change is all that this costs.
	Poco::Logger::setLevel("", config.level);
	for (const auto& [name, level] : config.levels)
	{
		static_cast<void>(Poco::Logger::get(name)); // or those to come would not know
		Poco::Logger::setLevel(name, level);
	}
}

void Logging::flush() const noexcept
{
	quietly([this] { static_cast<void>(_channel->flush()); });
}

void Logging::reopenFiles() noexcept
{
	LogFileChannel::reopenAll();
	// Also the line that makes the new file appear.
	quietly([] { Poco::Logger::get("bore.log").notice("SIGUSR1: log files are opened anew"); });
}

} // namespace Bore
