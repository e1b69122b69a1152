//
// Latencies.h
//
// Many measured times, and what they say.
//

#ifndef Bore_Bench_Latencies_INCLUDED
#define Bore_Bench_Latencies_INCLUDED

#include "Shared/Clock.h"

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <vector>

namespace Bore::Bench
{

class Latencies
/// Keeps every time that was measured: percentiles are exact, by nearest
/// rank. For one thread; threads that measure keep one each and merge them.
{
public:
	void add(Duration time) { _times.push_back(time); }
	void add(const Latencies& others);

	[[nodiscard]] std::size_t count() const noexcept { return _times.size(); }

	void describe(Poco::JSON::Object& result) const;
	/// Adds count, p50, p99, min and max, the times in microseconds.
	/// Throws std::runtime_error if nothing was measured.

private:
	std::vector<Duration> _times;
};

} // namespace Bore::Bench

#endif // Bore_Bench_Latencies_INCLUDED
