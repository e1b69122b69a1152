//
// TunnelSpec.cpp
//

#include "Client/TunnelSpec.h"

#include "Shared/HostPort.h"
#include "Shared/LogText.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace Bore
{

namespace
{

[[noreturn]] void fail(std::string_view text, const std::string& what)
{
	throw std::invalid_argument("\"" + escapeForLog(text) + "\" " + what);
}

bool isNumber(std::string_view text)
{
	return !text.empty() &&
		   std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> fieldsOf(std::string_view text)
/// Between the colons; one in brackets is one field.
{
	std::vector<std::string_view> result;
	std::size_t begin = 0;
	while (begin <= text.size())
	{
		std::size_t from = begin;
		if (begin < text.size() && text[begin] == '[') from = std::min(text.find(']', begin), text.size());
		const std::size_t end = std::min(text.find(':', from), text.size());
		result.push_back(text.substr(begin, end - begin));
		begin = end + 1;
	}
	return result;
}

std::string hostIn(std::string_view text, std::string_view field)
{
	try
	{
		const HostPort host = HostPort::parse(field);
		return host.host;
	}
	catch (const std::invalid_argument&)
	{
		fail(text,
			"has no host before the local port: write LOCAL_HOST:LOCAL_PORT, an IPv6 address in brackets");
	}
}

} // namespace

TunnelSpec TunnelSpec::parse(std::string_view text)
{
	auto fields = fieldsOf(text);
	TunnelSpec spec;
	const bool isBracketed = !text.empty() && text.front() == '[';
	if (isBracketed || (!isNumber(fields.front()) && fields.size() > 1))
	{
		spec.localHost = hostIn(text, fields.front());
		fields.erase(fields.begin());
		if (fields.empty()) fail(text, "lacks the local port: write LOCAL_HOST:LOCAL_PORT");
	}
	if (fields.size() > 2) fail(text, "has too many fields: write [LOCAL_HOST:]LOCAL_PORT[:REMOTE_PORT]");
	const auto local = parsePort(fields.front());
	if (!local || *local == 0) fail(text, "has a wrong local port: write a whole number from 1 to 65535");
	spec.localPort = *local;
	if (fields.size() == 2)
	{
		spec.port = parsePort(fields.back());
		if (!spec.port) fail(text, "has a wrong remote port: write a whole number from 0 (any) to 65535");
	}
	return spec;
}

} // namespace Bore
