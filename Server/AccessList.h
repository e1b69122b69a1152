//
// AccessList.h
//
// Networks that may come in, and networks that may not.
//

#ifndef Bore_Server_AccessList_INCLUDED
#define Bore_Server_AccessList_INCLUDED

#include "Shared/NetworkSet.h"

#include <Poco/Net/IPAddress.h>

#include <optional>
#include <string>

namespace Bore
{

class AccessList
/// The keys NAME.allow and NAME.deny, such as visitors.allow. Who is denied
/// stays out, also where it is allowed; where nothing is allowed expressly,
/// everybody is who is not denied.
/// Constant after construction. Any thread.
{
public:
	struct Denial
	/// Why somebody stays out.
	{
		std::string key;    /// that keeps it out: "visitors.deny"
		std::string reason; /// for a log: "its address is in visitors.deny"
	};

	AccessList() = default;
	/// Lets everybody in.

	AccessList(const std::string& name, NetworkSet allow, NetworkSet deny);

	[[nodiscard]] std::optional<Denial> denialOf(const Poco::Net::IPAddress& address) const;
	/// Nothing for whom it lets in. An IPv4 address that came through an IPv6
	/// socket is the IPv4 address it is (Network).

private:
	std::string _allowKey;
	std::string _denyKey;
	NetworkSet _allow;
	NetworkSet _deny;
};

} // namespace Bore

#endif // Bore_Server_AccessList_INCLUDED
