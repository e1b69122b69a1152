//
// Keepalive.h
//
// When a connection on which nothing moves is found dead.
//

#ifndef Bore_Shared_Keepalive_INCLUDED
#define Bore_Shared_Keepalive_INCLUDED

namespace Bore
{

struct Keepalive
/// What the kernel does about a connection on which nothing is heard
/// (tcp(7)). 0 anywhere leaves the system's own value, as it is set by
/// sysctl(8). The defaults keep the place of an idle connection in most
/// NATs, and find a dead one within three minutes; Linux itself would take
/// two hours.
{
	int idle = 60;     /// seconds of silence before the first probe (TCP_KEEPIDLE)
	int interval = 15; /// seconds between two probes (TCP_KEEPINTVL)
	int count = 8;     /// probes without an answer before the connection is dead (TCP_KEEPCNT)
};

} // namespace Bore

#endif // Bore_Shared_Keepalive_INCLUDED
