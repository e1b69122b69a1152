//
// NotifySocket.h
//
// Where a service manager hears of its services.
//

#ifndef Bore_Shared_NotifySocket_INCLUDED
#define Bore_Shared_NotifySocket_INCLUDED

#include "Shared/Descriptor.h"

#include <string>
#include <sys/socket.h>
#include <sys/un.h>

namespace Bore
{

class NotifySocket
/// Sends to the socket that the variable NOTIFY_SOCKET names, as
/// sd_notify(3) describes it: datagrams of lines NAME=VALUE to a socket of
/// the family AF_UNIX. Directly: libsystemd is not needed for that.
/// Constant after construction; any thread may send.
{
public:
	enum class Outcome
	{
		Sent,
		Full,  /// its reader is behind: try again later
		Failed /// or there is no such socket
	};

	explicit NotifySocket(const std::string& address);
	/// The path of a socket, or its abstract name behind '@'. Of no good one
	/// problem() says so, and nothing is sent. Throws std::bad_alloc alone.

	[[nodiscard]] const std::string& problem() const noexcept { return _problem; }
	/// Why nothing can be sent, in one line; empty if it can.

	[[nodiscard]] Outcome send(const std::string& message) const noexcept;
	/// Does not wait.

private:
	[[nodiscard]] std::string take(const std::string& address);

	sockaddr_un _address = {};
	socklen_t _size = 0;
	Descriptor _socket;
	const std::string _problem; // last: it is found as the others are made
};

} // namespace Bore

#endif // Bore_Shared_NotifySocket_INCLUDED
