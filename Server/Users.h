//
// Users.h
//
// All who may open tunnels.
//

#ifndef Bore_Server_Users_INCLUDED
#define Bore_Server_Users_INCLUDED

#include "Server/User.h"
#include "Shared/Secret.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace Bore
{

class Users
/// The users of a server: those of its users file, and the holder of its own
/// secret, if it has one. Without either it is open to everybody. Never
/// changes: other users are another object (CurrentUsers). Any thread.
{
public:
	Users() = default;
	/// None: the server is open to everybody.

	Users(std::vector<User> named, const std::optional<Secret>& secret);
	/// The names, and the secrets, must be different (UsersFile sees to it).

	[[nodiscard]] bool areOpen() const noexcept { return _all.empty(); }
	/// Whether nobody has to prove anything.

	[[nodiscard]] const std::vector<UserPtr>& all() const noexcept { return _all; }

	[[nodiscard]] UserPtr find(const std::string& name) const;
	/// Null if there is none by that name.

	struct Difference
	{
		bool own = false;   /// the holder of the server's secret came, went, or has another
		bool named = false; /// any other user did, or may do other things
	};

	[[nodiscard]] Difference differenceFrom(const Users& before) const;

	[[nodiscard]] UserPtr successorOf(const User& before) const;
	/// Who is now the user of that name, if by the same secret; else null.

private:
	std::vector<UserPtr> _all;
	std::unordered_map<std::string, UserPtr> _byName;
};

} // namespace Bore

#endif // Bore_Server_Users_INCLUDED
