//
// UserSearch.h
//
// Whose answer it is.
//

#ifndef Bore_Server_UserSearch_INCLUDED
#define Bore_Server_UserSearch_INCLUDED

#include "Server/Users.h"
#include "Shared/AnswerKey.h"

#include <Poco/UUID.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Bore
{

class UserSearch
/// Finds the user whose key gives an answer to a challenge. Nothing in the
/// answer says who it is (bore protocol), so it is compared with the right
/// answer of one user after the other, each in constant time. What the
/// time of a search tells:
///
/// - amongAll() always goes through all: a wrong answer costs the same
///   whatever it is, and a right one the same whoever gave it. The number
///   of users shows in it; nobody is told which there are.
/// - among() is quicker for who has a tunnel from the same address. Only a
///   right answer ends a search early, and who gives it knows that tunnel.
///   A wrong one costs some 0.3 µs for each user with a tunnel from the
///   guesser's own address, 16 at most.
///
/// For one thread; users and answer must outlive it.
{
public:
	UserSearch(const Users& users, const Poco::UUID& challenge, std::string_view answer);

	[[nodiscard]] UserPtr among(const std::vector<std::string>& names) const;
	/// The user, if it is one of these; names that no user has are passed by.

	[[nodiscard]] UserPtr amongAll() const;
	/// The user; null if the answer is nobody's.

private:
	const Users& _users;
	const AnswerKey::Challenge _challenge;
	const std::optional<AnswerKey::Tag> _answer; // nothing: it cannot be right
};

} // namespace Bore

#endif // Bore_Server_UserSearch_INCLUDED
