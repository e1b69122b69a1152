//
// Dialler.h
//
// Connects to what is measured, many times.
//

#ifndef Bore_Bench_Dialler_INCLUDED
#define Bore_Bench_Dialler_INCLUDED

#include "bench/Socket.h"

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <vector>

namespace Bore::Bench
{

class Dialler
/// Opens connections to one address. To IPv4 loopback they come from 250
/// addresses in turn (127.0.0.2 onward): a closed connection occupies its
/// port for a minute, and 28,000 ports of one address would be used up in
/// seconds. So every connection may be closed as a real visitor closes it,
/// by FIN. For one thread.
{
public:
	explicit Dialler(const Poco::Net::SocketAddress& to, std::size_t number = 0);
	/// Dialers that work side by side have different numbers.

	[[nodiscard]] Socket dial();
	/// A connection that fails where it stands still for 10 s. Throws std::system_error.

private:
	Poco::Net::SocketAddress _to;
	std::vector<Poco::Net::SocketAddress> _from;
	std::size_t _next;
};

} // namespace Bore::Bench

#endif // Bore_Bench_Dialler_INCLUDED
