//
// AccessList.cpp
//

#include "Server/AccessList.h"

#include <utility>

namespace Bore
{

AccessList::AccessList(const std::string& name, NetworkSet allow, NetworkSet deny)
	: _allowKey(name + ".allow")
	, _denyKey(name + ".deny")
	, _allow(std::move(allow))
	, _deny(std::move(deny))
{
}

std::optional<AccessList::Denial> AccessList::denialOf(const Poco::Net::IPAddress& address) const
{
	if (!_deny.empty() && _deny.contains(address)) return Denial{_denyKey, "its address is in " + _denyKey};
	if (!_allow.empty() && !_allow.contains(address))
		return Denial{_allowKey, "its address is not in " + _allowKey};
	return std::nullopt;
}

} // namespace Bore
