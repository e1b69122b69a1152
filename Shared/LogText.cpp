//
// LogText.cpp
//

#include "Shared/LogText.h"

#include <Poco/NumberFormatter.h>
#include <Poco/UTF8Encoding.h>

namespace Bore
{

namespace
{

constexpr std::string_view CUT = "...";

const unsigned char* bytesOf(std::string_view text) noexcept
{
	return reinterpret_cast<const unsigned char*>(text.data());
}

bool isHarmful(int character) noexcept
{
	return (character >= 0x80 && character <= 0x9F)        // C1 controls
		   || character == 0x061C                          // Arabic letter mark
		   || character == 0x200E || character == 0x200F   // direction marks
		   || (character >= 0x2028 && character <= 0x202E) // separators, embeddings, overrides
		   || (character >= 0x2066 && character <= 0x2069) // isolates
		   || character == 0xFEFF;                         // byte order mark
}

bool isPrintable(std::string_view character)
{
	if (character.size() == 1) return character[0] >= ' ' && character[0] < 0x7F && character[0] != '\\';
	return !isHarmful(
		Poco::UTF8Encoding().queryConvert(bytesOf(character), static_cast<int>(character.size())));
}

std::string escapeByte(char byte)
{
	switch (byte)
	{
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return "\\x" + Poco::NumberFormatter::formatHex(static_cast<unsigned char>(byte), 2);
	}
}

} // namespace

std::size_t utf8CharacterSize(std::string_view text) noexcept
{
	if (text.empty()) return 0;
	const auto lead = static_cast<unsigned char>(text[0]);
	if (lead < 0x80) return 1;
	const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
	if (size > text.size()) return 0;
	return Poco::UTF8Encoding::isLegal(bytesOf(text), static_cast<int>(size)) ? size : 0;
}

std::string escapeForLog(std::string_view text)
{
	std::string result;
	std::size_t cut = 0; // where the result ends if the rest does not fit
	while (!text.empty())
	{
		const std::size_t size = utf8CharacterSize(text);
		const std::string_view character = text.substr(0, size == 0 ? 1 : size);
		if (size > 0 && isPrintable(character))
			result += character;
		else
			for (const char byte : character) result += escapeByte(byte);

		if (result.size() > MAX_LOG_TEXT_BYTES)
		{
			result.resize(cut);
			return result += CUT;
		}
		if (result.size() + CUT.size() <= MAX_LOG_TEXT_BYTES) cut = result.size();
		text.remove_prefix(character.size());
	}
	return result;
}

} // namespace Bore
