//
// TextFormatter.cpp
//

#include "Shared/TextFormatter.h"

#include "Shared/JournalStream.h"
#include "Shared/LogLevels.h"

#include <Poco/Ascii.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/NumberFormatter.h>

namespace Bore
{

namespace
{

void appendOnOneLine(std::string& line, const std::string& text)
{
	for (const char c : text)
	{
		const auto byte = static_cast<unsigned char>(c);
		if (byte < 0x20 || byte == 0x7F)
			line.append("\\x").append(Poco::NumberFormatter::formatHex(byte, 2));
		else
			line += c;
	}
}

std::string capitalised(std::string word)
{
	word.front() = static_cast<char>(Poco::Ascii::toUpper(word.front()));
	return word;
}

} // namespace

TextFormatter::TextFormatter(Lead lead)
	: _lead(lead)
{
}

void TextFormatter::format(const Poco::Message& msg, std::string& text)
{
	if (_lead.journalPriority) text += journalPrefix(msg.getPriority());
	if (_lead.timeAndLevel)
	{
		Poco::DateTimeFormatter::append(text, msg.getTime(), "%Y-%m-%dT%H:%M:%S.%iZ ");
		text.append(capitalised(logLevelName(msg.getPriority()))).append(" ");
	}
	if (_lead.component) text.append(msg.getSource()).append(": ");
	appendOnOneLine(text, msg.getText());
}

} // namespace Bore
