//
// Backoff.h
//
// How long to wait before the next attempt.
//

#ifndef Bore_Client_Backoff_INCLUDED
#define Bore_Client_Backoff_INCLUDED

#include "Shared/Clock.h"

#include <functional>

namespace Bore
{

class Backoff
/// Delays that double from the first to the longest. Each is cut by chance
/// to between half and all of it, so that the clients of a server that
/// comes back do not come all at once.
/// Used by one thread.
{
public:
	using Random = std::function<double()>;
	/// A number from 0 up to, but without, 1.

	Backoff(Duration first, Duration longest, Random random = seeded());
	/// A first delay that is longer than the longest counts as the longest.

	[[nodiscard]] static Random seeded();
	/// Chance, different in each process. Throws std::exception where the machine has none.

	void setDelays(Duration first, Duration longest) noexcept;
	/// Others from now on; the next one is brought between them.

	[[nodiscard]] Duration next();
	/// The delay before the next attempt; the one after it is twice as long.

	void stood(Duration span) noexcept;
	/// A connection lasted for so long. If that is the longest delay or
	/// more, delays start again from the first; one that ends sooner, again
	/// and again, is not dialled faster for having been open.

private:
	Duration _first;
	Duration _longest;
	const Random _random;
	Duration _next; // before chance cuts it
};

} // namespace Bore

#endif // Bore_Client_Backoff_INCLUDED
