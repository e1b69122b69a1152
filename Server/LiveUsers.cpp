//
// LiveUsers.cpp
//

#include "Server/LiveUsers.h"

#include "Shared/AddressKey.h"

#include <utility>

namespace Bore
{

LiveUsers::Lease::Lease(LiveUsers& users, std::string address, std::string name) noexcept
	: _users(users)
	, _address(std::move(address))
	, _name(std::move(name))
{
}

LiveUsers::Lease::~Lease()
{
	_users.leave(_address, _name);
}

std::unique_ptr<const LiveUsers::Lease> LiveUsers::enter(
	const Poco::Net::IPAddress& address, const std::string& name)
{
	const auto key = addressKey(address);
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		++_tunnels[key][name];
	}
	try
	{
		return std::make_unique<const Lease>(*this, key, name);
	}
	catch (const std::bad_alloc&)
	{
		leave(key, name);
		throw;
	}
}

std::vector<std::string> LiveUsers::from(const Poco::Net::IPAddress& address) const
{
	const auto key = addressKey(address);
	std::vector<std::string> names;
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _tunnels.find(key);
	if (found == _tunnels.end()) return names;
	for (const auto& [name, count] : found->second)
	{
		if (names.size() == MOST) break;
		names.push_back(name);
	}
	return names;
}

void LiveUsers::leave(const std::string& address, const std::string& name) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto there = _tunnels.find(address);
	if (there == _tunnels.end()) return;
	const auto user = there->second.find(name);
	if (user != there->second.end() && --user->second == 0) there->second.erase(user);
	if (there->second.empty()) _tunnels.erase(there);
}

} // namespace Bore
