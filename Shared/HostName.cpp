//
// HostName.cpp
//

#include "Shared/HostName.h"

#include <Poco/Net/IPAddress.h>

#include <algorithm>
#include <arpa/inet.h>

namespace Bore
{

std::string withoutBrackets(const std::string& host)
{
	const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
	return bracketed ? host.substr(1, host.size() - 2) : host;
}

bool isHostAddress(const std::string& text)
{
	// Not POCO alone: it reads IPv4 by inet_aton(3), which takes "8080" for
	// 0.0.31.144, and does not know "::". It does know a scope, fe80::1%eth0.
	in_addr v4{};
	if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return true;

	const std::string bare = withoutBrackets(text);
	if (bare.find(':') == std::string::npos) return false;
	in6_addr v6{};
	if (::inet_pton(AF_INET6, bare.c_str(), &v6) == 1) return true;
	Poco::Net::IPAddress scoped;
	return Poco::Net::IPAddress::tryParse(bare, scoped);
}

bool isHostName(const std::string& text)
{
	if (text.empty()) return false;
	if (text.find_first_of(":[]") != std::string::npos) return isHostAddress(text);
	return std::none_of(text.begin(), text.end(),
		[](char c)
		{
			const auto byte = static_cast<unsigned char>(c);
			return byte <= 0x20 || byte == 0x7f || c == '/' || c == '@';
		});
}

} // namespace Bore
