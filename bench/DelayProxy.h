//
// DelayProxy.h
//
// A long path on one machine.
//

#ifndef Bore_Bench_DelayProxy_INCLUDED
#define Bore_Bench_DelayProxy_INCLUDED

#include "bench/DelayedConnection.h"
#include "bench/Socket.h"

#include <Poco/Net/SocketAddress.h>

#include <cstdint>
#include <list>

namespace Bore::Bench
{

class DelayProxy
/// A TCP proxy that makes one machine look like two that are far apart,
/// for a kernel that cannot delay by itself. It stands between a tunnel's
/// client and its server: all their connections cross it, while a visitor
/// goes to the server directly. What a connection costs is told in
/// DelayedConnection. One thread serves all; meant for some hundred
/// connections and exact to some 0.1 ms.
{
public:
	DelayProxy(const Poco::Net::SocketAddress& listen, const Poco::Net::SocketAddress& to, Duration delay);
	/// Throws std::system_error.

	[[nodiscard]] std::uint16_t port() const { return _listener.port(); }

	void serve(int untilReadable);
	/// Until that descriptor has bytes, or its end.

private:
	void await(int untilReadable, bool& stop) const;
	[[nodiscard]] Duration untilDue() const;

	Socket _listener;
	Poco::Net::SocketAddress _to;
	Duration _delay;
	std::list<DelayedConnection> _connections;
};

} // namespace Bore::Bench

#endif // Bore_Bench_DelayProxy_INCLUDED
