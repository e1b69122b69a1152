//
// ServiceProtocol.h
//
// What the load generator and its service say to each other.
//

#ifndef Bore_Bench_ServiceProtocol_INCLUDED
#define Bore_Bench_ServiceProtocol_INCLUDED

#include <cstddef>
#include <cstdint>

namespace Bore::Bench
{

enum class Mode : char
/// The first byte of a connection says what the service does with it.
{
	Echo = 'e',    /// sends back what follows; for small messages
	Answer = 'a',  /// answers with one byte, at once
	Discard = 'd', /// a run's number follows; counts and drops the rest
	Source = 's',  /// a run's number follows; sends a byte, and after one in return without end
	Count = 'c'    /// a run's number follows; then answers each byte with a Report
};

using RunNumber = std::uint64_t;
/// Which streams belong together: one that still drains from an earlier
/// run is never counted in this one. In the machine's own byte order, as
/// is a Report: the two ends are one program on one machine.

struct Report
/// What the discarding streams of a run have received, and when that was
/// read, by one clock, at the service: two reports give an exact rate, no
/// matter how long they travelled.
{
	std::int64_t nanoseconds; /// monotonic
	std::uint64_t bytes;
	std::uint64_t streams; /// those that have received a byte
};

constexpr std::size_t BLOCK = std::size_t(256) * 1024;
/// Bytes per send or receive of a bulk stream: a compromise between system
/// calls and the processor's cache.

} // namespace Bore::Bench

#endif // Bore_Bench_ServiceProtocol_INCLUDED
