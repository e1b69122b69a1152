//
// Authentication.h
//
// A peer's proof of who it is.
//

#ifndef Bore_Server_Authentication_INCLUDED
#define Bore_Server_Authentication_INCLUDED

#include "Server/ServerContext.h"
#include "Server/User.h"
#include "Shared/Clock.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/UUID.h>

#include <string>
#include <string_view>

namespace Bore
{

class Authentication
/// The challenge to one connection, and the judgement of the answer: whose
/// it is, whether that user is welcome, and what a wrong one is told, and
/// when (FailedAuthentications). For one thread at a time.
///
/// A right answer costs little where its user has a tunnel from the same
/// address, as every data connection has: those are tried first
/// (LiveUsers). Any other, and every wrong one, goes through all users. An
/// address that is refused for its failures is not worth a search; since
/// failures count as soon as a search is over, a crowd of answers at once gets
/// as many searches more as there are workers, at most.
{
public:
	explicit Authentication(const ServerContext& context);

	[[nodiscard]] bool isNeeded() const noexcept { return _needed; }

	[[nodiscard]] const Poco::UUID& challenge();
	/// A new one; once. Throws std::runtime_error without secure randomness.

	struct Verdict
	{
		UserPtr user;                      /// null: refused
		std::string_view refusal = {};     /// the Error for a refused peer
		Duration delay = Duration::zero(); /// how long to hold that back
	};

	[[nodiscard]] Verdict judge(std::string_view answer, const Poco::Net::SocketAddress& peer);
	/// Counts and logs a wrong answer, and logs a right one that does not help:
	/// who has proved to be a user whose time is over, or who may not come from
	/// this address, is told so. Throws std::bad_alloc.

private:
	[[nodiscard]] UserPtr find(std::string_view answer, const Poco::Net::SocketAddress& peer) const;

	const ServerContext& _context;
	const bool _needed;
	Poco::UUID _challenge;
};

} // namespace Bore

#endif // Bore_Server_Authentication_INCLUDED
