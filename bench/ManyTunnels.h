//
// ManyTunnels.h
//
// A crowd of bore clients that only listen.
//

#ifndef Bore_Bench_ManyTunnels_INCLUDED
#define Bore_Bench_ManyTunnels_INCLUDED

#include "Shared/Descriptor.h"
#include "Shared/FrameStream.h"

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace Bore::Bench
{

class ManyTunnels
/// Opens tunnels on a bore server without a secret, each by a control
/// connection and a Hello for any port, and reads their heartbeats.
/// Visitors that the server announces are passed by. For one thread.
{
public:
	ManyTunnels(const Poco::Net::SocketAddress& to, std::uint32_t count);
	/// Throws std::runtime_error if the server refuses one.

	void listen(int untilReadable);
	/// Reads, until that descriptor has bytes, or its end.

	[[nodiscard]] std::uint64_t heartbeats() const noexcept { return _heartbeats; }
	[[nodiscard]] std::size_t lost() const noexcept { return _lost; }
	/// Tunnels that the server has ended.

private:
	void open(const Poco::Net::SocketAddress& to);
	void read(FrameStream& stream);

	Descriptor _epoll;
	std::vector<FrameStream> _streams;
	std::uint64_t _heartbeats = 0;
	std::size_t _lost = 0;
};

} // namespace Bore::Bench

#endif // Bore_Bench_ManyTunnels_INCLUDED
