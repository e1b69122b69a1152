//
// Latencies.cpp
//

#include "bench/Latencies.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace Bore::Bench
{

namespace
{

double microseconds(Duration time)
{
	return std::chrono::duration<double, std::micro>(time).count();
}

double percentile(const std::vector<Duration>& sorted, double share)
{
	const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
	return microseconds(sorted[std::max<std::size_t>(rank, 1) - 1]);
}

} // namespace

void Latencies::add(const Latencies& others)
{
	_times.insert(_times.end(), others._times.begin(), others._times.end());
}

void Latencies::describe(Poco::JSON::Object& result) const
{
	if (_times.empty()) throw std::runtime_error("nothing could be measured: no exchange was completed");
	std::vector<Duration> sorted = _times;
	std::sort(sorted.begin(), sorted.end());
	result.set("count", sorted.size());
	result.set("p50", percentile(sorted, 0.50));
	result.set("p99", percentile(sorted, 0.99));
	result.set("min", microseconds(sorted.front()));
	result.set("max", microseconds(sorted.back()));
}

} // namespace Bore::Bench
