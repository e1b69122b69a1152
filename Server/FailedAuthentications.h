//
// FailedAuthentications.h
//
// Who guesses at the secret.
//

#ifndef Bore_Server_FailedAuthentications_INCLUDED
#define Bore_Server_FailedAuthentications_INCLUDED

#include "Server/RateWindow.h"
#include "Shared/Clock.h"

#include <atomic>
#include <cstddef>
#include <string>

namespace Bore
{

class FailedAuthentications
/// Counts the wrong answers of each address to challenges within a minute.
/// From the delayAfter-th on the answer to the guess is held back for a
/// second, from the refuseAfter-th on the address is refused for a minute
/// whatever it says. Who leaves a challenge without an answer has not
/// failed. All methods may be called by any thread.
{
public:
	static constexpr std::chrono::seconds WINDOW{60};
	static constexpr std::chrono::seconds REFUSED_FOR{60};
	static constexpr std::chrono::seconds DELAY{1};
	/// Well within the deadline of a handshake, so that its answer still comes.

	FailedAuthentications(std::size_t delayAfter, std::size_t refuseAfter, const Clock& clock);
	/// 0: never.

	void setLimits(std::size_t delayAfter, std::size_t refuseAfter) noexcept;
	/// Others from now on; who is refused stays so for its minute.

	[[nodiscard]] bool refuses(const std::string& address);
	/// Whether the address has failed too often.

	[[nodiscard]] Duration add(const std::string& address);
	/// A wrong answer. Returns how long to hold back the answer to it.

	[[nodiscard]] std::size_t count(const std::string& address);
	/// Its failures within the minute.

private:
	std::atomic<std::size_t> _delayAfter;
	std::atomic<std::size_t> _refuseAfter;
	RateWindow _failures;
	RateWindow _refused; // whom, as long as the window lasts
};

} // namespace Bore

#endif // Bore_Server_FailedAuthentications_INCLUDED
