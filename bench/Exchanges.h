//
// Exchanges.h
//
// Measurements made of many small exchanges.
//

#ifndef Bore_Bench_Exchanges_INCLUDED
#define Bore_Bench_Exchanges_INCLUDED

#include "Shared/Clock.h"

#include <Poco/JSON/Object.h>
#include <Poco/Net/SocketAddress.h>

#include <cstdint>

namespace Bore::Bench
{

[[nodiscard]] Poco::JSON::Object measureRoundTrips(
	const Poco::Net::SocketAddress& to, std::uint32_t bytes, Duration window);
/// One connection, on which one message at a time is sent and echoed.

[[nodiscard]] Poco::JSON::Object measureConnections(
	const Poco::Net::SocketAddress& to, std::uint32_t atOnce, Duration window);
/// So many threads at once, each again and again: connect, send a byte,
/// get a byte, close. A time runs from the connect to the byte. An exchange
/// that fails, or stands still for 10 s, is counted as a failure;
/// a hundred in a row throw std::runtime_error, since nobody answers any more.

[[nodiscard]] Poco::JSON::Object measureFirstBytes(const Poco::Net::SocketAddress& to, std::uint32_t count);
/// One visitor after the other, who sends a byte at once; from the start
/// of the connect to the first byte of the answer. The pause between two
/// is 20 ms.

} // namespace Bore::Bench

#endif // Bore_Bench_Exchanges_INCLUDED
