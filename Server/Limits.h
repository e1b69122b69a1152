//
// Limits.h
//
// How much a server takes on.
//

#ifndef Bore_Server_Limits_INCLUDED
#define Bore_Server_Limits_INCLUDED

#include <cstddef>

namespace Bore
{

struct Limits
/// The bounds of a server, each enforced before what it bounds costs
/// anything. 0 is no limit. An address is what addressKey() says. The
/// totals are far above what a busy server has, and finite, so that no
/// crowd can take all memory and descriptors; what an address may have is
/// not for us to guess, since thousands may share one.
{
	std::size_t tunnels = 4096; /// each takes a thread and two descriptors
	std::size_t tunnelsPerAddress = 0;
	std::size_t newTunnelsPerMinute = 0; /// of one address

	std::size_t connections = 32768; /// visitors' connections, waiting or carried: two descriptors each
	std::size_t connectionsPerTunnel = 0;
	std::size_t connectionsPerVisitor = 0; /// of one address

	std::size_t unclaimed = 4096; /// visitors that were announced and not yet fetched
	std::size_t unclaimedPerTunnel = 1024;

	std::size_t handshakes = 4096; /// unfinished ones; the oldest makes room for the newest; at least 1
	std::size_t handshakesPerAddress = 0;

	std::size_t delayAfter =
		10; /// failed authentications of an address in a minute: from this one on delayed
	std::size_t refuseAfter = 30; /// from this one on refused
};

} // namespace Bore

#endif // Bore_Server_Limits_INCLUDED
