//
// Handshakes.h
//
// What it takes to be let in, by two servers in turn.
//

#ifndef Bore_Bench_Handshakes_INCLUDED
#define Bore_Bench_Handshakes_INCLUDED

#include "Shared/Authenticator.h"
#include "Shared/Clock.h"

#include <Poco/JSON/Object.h>
#include <Poco/Net/SocketAddress.h>

#include <cstdint>

namespace Bore
{

class FrameStream;

} // namespace Bore

namespace Bore::Bench
{

class Handshakes
/// Connects to two bore servers that know the same secret, one after the
/// other, again and again: whatever changes on the machine meanwhile meets
/// both alike, so that small differences show. For one thread.
{
public:
	enum class Kind
	{
		Control, /// from the connect to the refusal of port 1, which a server gives to nobody
		Data     /// from the connect to the end that an Accept of nobody's id is given
	};

	Handshakes(
		const Poco::Net::SocketAddress& to, const Poco::Net::SocketAddress& beside, const Secret& secret);
	/// Opens no connection yet.

	[[nodiscard]] Poco::JSON::Object measure(Kind kind, std::uint32_t count) const;
	/// So many of a kind with each server. Data connections find a tunnel of
	/// their address and secret, as they do in life. Control connections find
	/// none, so that each is searched for among all users; and none comes of them: when
	/// the thread of a new one runs is up to the scheduler, by up to a tick
	/// of 4 ms, behind which the difference would vanish. The result has the times of
	/// both, "to" and "beside", in microseconds, and "more": by how much the median of "to" is above.
	/// Throws std::runtime_error if a server refuses, ProtocolException if one is silent or gone.

private:
	[[nodiscard]] FrameStream proved(const Poco::Net::SocketAddress& server, TimePoint deadline) const;
	[[nodiscard]] FrameStream openTunnel(const Poco::Net::SocketAddress& server) const;
	[[nodiscard]] Duration control(const Poco::Net::SocketAddress& server) const;
	[[nodiscard]] Duration data(const Poco::Net::SocketAddress& server) const;

	const Poco::Net::SocketAddress _to;
	const Poco::Net::SocketAddress _beside;
	const Authenticator _authenticator;
};

} // namespace Bore::Bench

#endif // Bore_Bench_Handshakes_INCLUDED
