//
// HostPort.cpp
//

#include "Shared/HostPort.h"

#include "Shared/LogText.h"

#include <Poco/Net/IPAddress.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace Bore
{

namespace
{

[[noreturn]] void fail(std::string_view text, const std::string& what)
{
	throw std::invalid_argument("\"" + escapeForLog(text) + "\" " + what);
}

bool isIPv6(std::string_view text)
{
	Poco::Net::IPAddress address;
	return Poco::Net::IPAddress::tryParse(std::string(text), address) &&
		   address.family() == Poco::Net::IPAddress::IPv6;
}

std::uint16_t parseGivenPort(std::string_view text, std::string_view digits)
{
	const auto port = parsePort(digits);
	if (!port || *port == 0) fail(text, "has a wrong port: write a number from 1 to 65535 after the colon");
	return *port;
}

HostPort parseBracketed(std::string_view text)
{
	const std::size_t end = text.find(']');
	if (end == std::string_view::npos) fail(text, "lacks the closing bracket: write [::1] or [::1]:7835");
	const std::string_view host = text.substr(1, end - 1);
	if (!isIPv6(host)) fail(text, "has no IPv6 address in its brackets: write [::1] or [::1]:7835");

	HostPort result{std::string(host), std::nullopt};
	const std::string_view rest = text.substr(end + 1);
	if (rest.empty()) return result;
	if (rest[0] != ':') fail(text, "goes on after the bracket: only a colon and a port can follow it");
	result.port = parseGivenPort(text, rest.substr(1));
	return result;
}

bool isNoHostCharacter(char c) noexcept
{
	constexpr std::string_view REFUSED = "/[]@\x7F";
	return static_cast<unsigned char>(c) <= ' ' || REFUSED.find(c) != std::string_view::npos;
}

} // namespace

HostPort HostPort::parse(std::string_view text)
{
	if (text.empty()) throw std::invalid_argument("the host is empty: write HOST or HOST:PORT");
	if (text[0] == '[') return parseBracketed(text);

	if (std::any_of(text.begin(), text.end(), isNoHostCharacter))
	{
		fail(text, "is no host: write HOST or HOST:PORT, without a scheme, a path or spaces");
	}
	const std::size_t colon = text.find(':');
	if (colon != text.rfind(':'))
	{
		fail(text, "has more than one colon: write an IPv6 address in brackets, [::1] or [::1]:7835");
	}
	if (colon == 0) fail(text, "lacks the host: write HOST or HOST:PORT");

	HostPort result{std::string(text.substr(0, colon)), std::nullopt};
	if (colon != std::string_view::npos) result.port = parseGivenPort(text, text.substr(colon + 1));
	return result;
}

std::string formatHostPort(const std::string& host, std::uint16_t port)
{
	const bool brackets = host.find(':') != std::string::npos;
	return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<std::uint32_t> parseNumber(std::string_view digits, std::uint32_t max) noexcept
{
	std::size_t maxDigits = 1;
	for (std::uint32_t rest = max; rest >= 10; rest /= 10) ++maxDigits;
	if (digits.empty() || digits.size() > maxDigits) return std::nullopt;

	std::uint32_t value = 0;
	const char* end = digits.data() + digits.size();
	const auto [stop, error] = std::from_chars(digits.data(), end, value);
	if (error != std::errc() || stop != end || value > max) return std::nullopt;
	return value;
}

std::optional<std::uint16_t> parsePort(std::string_view digits) noexcept
{
	const auto number = parseNumber(digits, 65535);
	if (!number) return std::nullopt;
	return static_cast<std::uint16_t>(*number);
}

} // namespace Bore
