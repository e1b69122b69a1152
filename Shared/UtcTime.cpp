//
// UtcTime.cpp
//

#include "Shared/UtcTime.h"

#include "Shared/HostPort.h"
#include "Shared/LogText.h"

#include <Poco/DateTime.h>

#include <optional>
#include <stdexcept>
#include <string_view>

namespace Bore
{

namespace
{

constexpr std::string_view FORM = "dddd-dd-ddTdd:dd:ddZ"; // d: a digit
constexpr std::size_t DATE_SIZE = 10;
constexpr std::size_t MINUTE_SIZE = 16;

bool hasForm(std::string_view text, std::string_view form) noexcept
{
	if (text.size() != form.size()) return false;
	for (std::size_t i = 0; i < form.size(); ++i)
	{
		const bool isDigit = text[i] >= '0' && text[i] <= '9';
		if (form[i] == 'd' ? !isDigit : text[i] != form[i]) return false;
	}
	return true;
}

// The text with what it leaves out; nothing where it has none of the forms.
std::optional<std::string> whole(const std::string& text)
{
	if (hasForm(text, FORM)) return text;
	if (hasForm(text, FORM.substr(0, DATE_SIZE))) return text + "T00:00:00Z";
	if (hasForm(text, std::string(FORM.substr(0, MINUTE_SIZE)) + "Z"))
		return text.substr(0, MINUTE_SIZE) + ":00Z";
	return std::nullopt;
}

int numberAt(std::string_view text, std::size_t at, std::size_t size)
{
	constexpr std::uint32_t MAX_YEAR = 9999;
	return static_cast<int>(parseNumber(text.substr(at, size), MAX_YEAR).value_or(0));
}

} // namespace

std::chrono::system_clock::time_point parseTime(const std::string& text)
{
	const auto time = whole(text);
	const auto field = [&time](std::size_t at, std::size_t size) { return numberAt(*time, at, size); };
	constexpr int FIRST_YEAR = 1970; // the clock's own
	constexpr int LAST_SECOND = 59;  // POCO would take a leap second, which the clock does not have
	if (!time || field(0, 4) < FIRST_YEAR || field(17, 2) > LAST_SECOND ||
		!Poco::DateTime::isValid(
			field(0, 4), field(5, 2), field(8, 2), field(11, 2), field(14, 2), field(17, 2)))
	{
		throw std::invalid_argument("\"" + escapeForLog(text) +
									"\": expected a date or a UTC time, 2026-12-31 or 2026-12-31T18:00:00Z");
	}
	const Poco::DateTime moment(
		field(0, 4), field(5, 2), field(8, 2), field(11, 2), field(14, 2), field(17, 2));
	return std::chrono::system_clock::from_time_t(moment.timestamp().epochTime());
}

} // namespace Bore
