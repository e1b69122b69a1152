//
// JsonFormatter.cpp
//

#include "Shared/JsonFormatter.h"

#include "Shared/JournalStream.h"
#include "Shared/LogLevels.h"
#include "Shared/LogText.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/JSON/Stringifier.h>

#include <sstream>

namespace Bore
{

JsonFormatter::JsonFormatter(bool withJournalPriority)
	: _withJournalPriority(withJournalPriority)
{
}

void JsonFormatter::format(const Poco::Message& msg, std::string& text)
{
	Poco::JSON::Object line(Poco::JSON_PRESERVE_KEY_ORDER);
	line.set("time", Poco::DateTimeFormatter::format(msg.getTime(), "%Y-%m-%dT%H:%M:%S.%iZ"));
	line.set("level", logLevelName(msg.getPriority()));
	line.set("component", validUtf8(msg.getSource()));
	line.set("message", validUtf8(msg.getText()));
	line.set("pid", static_cast<Poco::Int64>(msg.getPid()));
	if (_withJournalPriority) text += journalPrefix(msg.getPriority());
	text += jsonLine(line);
}

std::string jsonLine(const Poco::JSON::Object& object)
{
	std::ostringstream line;
	Poco::JSON::Stringifier::condense(object, line);
	return line.str();
}

std::string validUtf8(std::string_view text)
{
	constexpr std::string_view REPLACEMENT = "\xEF\xBF\xBD"; // U+FFFD
	std::string result;
	while (!text.empty())
	{
		const std::size_t size = utf8CharacterSize(text);
		result += size == 0 ? REPLACEMENT : text.substr(0, size);
		text.remove_prefix(size == 0 ? 1 : size);
	}
	return result;
}

} // namespace Bore
