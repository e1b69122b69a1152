//
// IdleConnections.h
//
// Many connections that do nothing.
//

#ifndef Bore_Bench_IdleConnections_INCLUDED
#define Bore_Bench_IdleConnections_INCLUDED

#include "bench/Socket.h"

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace Bore::Bench
{

class IdleConnections
/// Opens connections through the tunnel, sixteen at a time, proves each by
/// an echoed byte, and holds them.
{
public:
	IdleConnections(const Poco::Net::SocketAddress& to, std::uint32_t count);
	/// Throws std::runtime_error if one cannot be opened.

	[[nodiscard]] std::size_t alive() const;
	/// How many have neither ended nor said anything since.

private:
	std::vector<Socket> _connections;
};

} // namespace Bore::Bench

#endif // Bore_Bench_IdleConnections_INCLUDED
