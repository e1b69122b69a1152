//
// User.cpp
//

#include "Server/User.h"

#include "Shared/Protocol.h"

namespace Bore
{

namespace
{

const std::string NOTHING; // NOLINT(cert-err58-cpp): an empty string throws nothing

} // namespace

const char* User::refusal(const Poco::Net::IPAddress& from, WallTime now) const
{
	if (hasExpired(now)) return Protocol::ErrorText::USER_EXPIRED;
	if (!allowed.empty() && !allowed.contains(from)) return Protocol::ErrorText::ADDRESS_NOT_ALLOWED;
	return nullptr;
}

bool User::isLike(const User& other) const noexcept
{
	return name == other.name && key == other.key && ports == other.ports && allowed == other.allowed &&
		   maxTunnels == other.maxTunnels && maxConnections == other.maxConnections &&
		   expires == other.expires && tag == other.tag;
}

const std::string& tagOf(const UserPtr& user) noexcept
{
	return user ? user->tag : NOTHING;
}

const std::string& nameOf(const UserPtr& user) noexcept
{
	return user ? user->name : NOTHING;
}

} // namespace Bore
