//
// Backoff.cpp
//

#include "Client/Backoff.h"

#include <algorithm>
#include <random>
#include <utility>

namespace Bore
{

Backoff::Backoff(Duration first, Duration longest, Random random)
	: _first(std::min(first, longest))
	, _longest(longest)
	, _random(std::move(random))
	, _next(_first)
{
}

Backoff::Random Backoff::seeded()
{
	return [engine = std::minstd_rand(std::random_device()())]() mutable
	{ return std::uniform_real_distribution<double>(0, 1)(engine); };
}

void Backoff::setDelays(Duration first, Duration longest) noexcept
{
	first = std::min(first, longest);
	_first = first;
	_longest = longest;
	_next = std::clamp(_next, first, longest);
}

Duration Backoff::next()
{
	const Duration half = _next / 2;
	const Duration delay = half + std::chrono::duration_cast<Duration>(half * _random());
	_next = std::min(_next * 2, _longest);
	return delay;
}

void Backoff::stood(Duration span) noexcept
{
	if (span >= _longest) _next = _first;
}

} // namespace Bore
