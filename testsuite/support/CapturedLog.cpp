//
// CapturedLog.cpp
//

#include "testsuite/support/CapturedLog.h"

#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <Poco/PatternFormatter.h>

#include <mutex>

namespace Bore::Test
{

class CapturedLog::Lines : public Poco::Channel
{
public:
	void log(const Poco::Message& message) override
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		std::string line;
		_formatter->format(message, line);
		_text += line + "\n";
	}

	[[nodiscard]] std::string text() const
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _text;
	}

private:
	mutable std::mutex _mutex; // guards _text and the formatter
	Poco::AutoPtr<Poco::PatternFormatter> _formatter{new Poco::PatternFormatter("%p %s: %t")};
	std::string _text;
};

CapturedLog::CapturedLog()
	: _lines(new Lines)
	, _before(Poco::Logger::root().getChannel())
	, _levelBefore(Poco::Logger::root().getLevel())
{
	Poco::Logger::setChannel("", _lines);
	Poco::Logger::setLevel("", Poco::Message::PRIO_TRACE);
}

CapturedLog::~CapturedLog()
{
	Poco::Logger::setChannel("", _before);
	Poco::Logger::setLevel("", _levelBefore);
}

std::string CapturedLog::text() const
{
	return _lines->text();
}

} // namespace Bore::Test
