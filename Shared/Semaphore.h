//
// Semaphore.h
//
// A counter that one thread waits for and any other raises.
//

#ifndef Bore_Shared_Semaphore_INCLUDED
#define Bore_Shared_Semaphore_INCLUDED

#include "Shared/Clock.h"

#include <semaphore.h>

namespace Bore
{

class Semaphore
/// Counts posts that have not been waited for yet; starts at 0.
///
/// Not Poco::Semaphore: it is a mutex and a condition variable, and each
/// hand-over through it takes twice the system calls of sem_overview(7).
/// All methods may be called by any thread.
{
public:
	Semaphore() noexcept;
	Semaphore(const Semaphore&) = delete;
	Semaphore& operator=(const Semaphore&) = delete;
	~Semaphore();

	void post() noexcept;
	/// Lets one wait pass.

	void wait() noexcept;
	/// Takes one post, and blocks until there is one.

	[[nodiscard]] bool waitFor(Duration timeout) noexcept;
	/// The same; false if there was none for so long.

private:
	sem_t _semaphore;
};

} // namespace Bore

#endif // Bore_Shared_Semaphore_INCLUDED
