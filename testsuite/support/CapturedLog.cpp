//
// CapturedLog.cpp
//

#include "testsuite/support/CapturedLog.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <Poco/PatternFormatter.h>

#include <mutex>

namespace Bore::Test
{

namespace
{

class Lines : public Poco::Channel
/// Keeps what is logged while it is told to, and drops the rest.
{
public:
	void log(const Poco::Message& message) override
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (!_keeping) return;
		std::string line;
		_formatter->format(message, line);
		_text += line + "\n";
	}

	void keep(bool keeping)
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_keeping = keeping;
		_text.clear();
	}

	[[nodiscard]] std::string text() const
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _text;
	}

private:
	mutable std::mutex _mutex; // guards what follows
	Poco::AutoPtr<Poco::PatternFormatter> _formatter{new Poco::PatternFormatter("%p %s: %t")};
	std::string _text;
	bool _keeping = false;
};

Poco::AutoPtr<Lines>& lines()
{
	static Poco::AutoPtr<Lines> instance(new Lines);
	return instance;
}

} // namespace

void CapturedLog::prepare()
{
	if (Poco::Logger::root().getChannel().get() != lines().get()) Poco::Logger::setChannel("", lines());
}

CapturedLog::CapturedLog()
	: _levelBefore(Poco::Logger::root().getLevel())
{
	prepare(); // again, where a test has given the loggers another since
	lines()->keep(true);
	Poco::Logger::setLevel("", Poco::Message::PRIO_TRACE);
}

CapturedLog::~CapturedLog()
{
	Poco::Logger::setLevel("", _levelBefore);
	lines()->keep(false);
}

std::string CapturedLog::text() const
{
	return lines()->text();
}

} // namespace Bore::Test
