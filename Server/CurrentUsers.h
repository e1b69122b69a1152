//
// CurrentUsers.h
//
// The users as they are now.
//

#ifndef Bore_Server_CurrentUsers_INCLUDED
#define Bore_Server_CurrentUsers_INCLUDED

#include "Server/Users.h"

#include <memory>
#include <mutex>
#include <utility>

namespace Bore
{

class CurrentUsers
/// Which Users a server has now: exchanged as a whole, while whoever has
/// got them goes on with the old ones. All methods: any thread.
{
public:
	explicit CurrentUsers(std::shared_ptr<const Users> users) noexcept
		: _users(std::move(users))
	{
	}
	CurrentUsers(const CurrentUsers&) = delete;
	CurrentUsers& operator=(const CurrentUsers&) = delete;

	[[nodiscard]] std::shared_ptr<const Users> get() const noexcept
	/// Never null.
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _users;
	}

	void set(std::shared_ptr<const Users> users) noexcept
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_users.swap(users); // the old ones may end here, after the lock
	}

private:
	mutable std::mutex _mutex; // guards what follows
	std::shared_ptr<const Users> _users;
};

} // namespace Bore

#endif // Bore_Server_CurrentUsers_INCLUDED
