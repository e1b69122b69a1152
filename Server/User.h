//
// User.h
//
// Who may open tunnels.
//

#ifndef Bore_Server_User_INCLUDED
#define Bore_Server_User_INCLUDED

#include "Shared/AnswerKey.h"
#include "Shared/Clock.h"
#include "Shared/NetworkSet.h"
#include "Shared/PortRanges.h"

#include <Poco/Net/IPAddress.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace Bore
{

struct User
/// One user of the users file, or, without a name, whoever has the server's
/// own secret. Constant once the Users have it: any thread.
{
	std::string name; /// [A-Za-z0-9_-]{1,64}; empty: the holder of the server's own secret
	AnswerKey key;
	PortRanges ports = {};                /// empty: all that the server gives
	NetworkSet allowed = {};              /// client addresses; empty: all
	std::size_t maxTunnels = 0;           /// at once; 0: no limit
	std::size_t maxConnections = 0;       /// visitors' connections at once; 0: no limit
	std::optional<WallTime> expires = {}; /// from then on refused
	std::string tag = {};                 /// for log lines: " user=alice", or nothing

	[[nodiscard]] const char* refusal(const Poco::Net::IPAddress& from, WallTime now) const;
	/// The Error for a client that has proved to be this user; null: it is welcome.

	[[nodiscard]] bool isLike(const User& other) const noexcept;
	/// Whether all is the same.

	[[nodiscard]] bool mayHave(std::uint16_t port) const noexcept
	{
		return ports.empty() || ports.contains(port);
	}

	[[nodiscard]] bool hasExpired(WallTime now) const noexcept { return expires && *expires <= now; }
};

using UserPtr = std::shared_ptr<const User>;
/// Null: nobody in particular, on a server that asks for no secret.

[[nodiscard]] const std::string& tagOf(const UserPtr& user) noexcept;
/// For a log line: " user=alice", or nothing.

[[nodiscard]] const std::string& nameOf(const UserPtr& user) noexcept;
/// Empty for nobody and for the holder of the server's own secret.

} // namespace Bore

#endif // Bore_Server_User_INCLUDED
