//
// RelayReport.h
//
// How a proxied connection went.
//

#ifndef Bore_Shared_RelayReport_INCLUDED
#define Bore_Shared_RelayReport_INCLUDED

#include "Shared/Clock.h"

#include <cstdint>
#include <string>

namespace Bore
{

struct RelayReport
/// What a Relay tells when it ends.
{
	enum class Ending
	{
		Closed,   /// both ends closed their streams
		Reset,    /// one end reset the connection
		TimedOut, /// nothing moved for too long
		Aborted,  /// we were asked to end it
		Failed    /// no memory to go on
	};

	std::uint64_t firstToSecond = 0; /// bytes sent on
	std::uint64_t secondToFirst = 0; /// bytes sent on
	Duration duration{};
	Ending ending = Ending::Closed;

	[[nodiscard]] std::string describe() const;
	/// "12 bytes up, 3456 down, 0.123 s, closed": first to second is up.
};

} // namespace Bore

#endif // Bore_Shared_RelayReport_INCLUDED
