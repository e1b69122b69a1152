//
// ReconnectConfig.h
//
// What a client does when its connection to the server ends.
//

#ifndef Bore_Client_ReconnectConfig_INCLUDED
#define Bore_Client_ReconnectConfig_INCLUDED

#include "Shared/Clock.h"

#include <cstdint>

namespace Bore
{

struct ReconnectConfig
/// The configuration of a Reconnector.
{
	bool enabled = true;                                   /// false: the client ends, as the original does
	bool wait = false;                                     /// at start, for a server that cannot be reached
	std::uint32_t attempts = 0;                            /// that may fail in a row; 0: any number
	Duration firstDelay = std::chrono::milliseconds(500);  /// before the first attempt, doubling
	Duration maxDelay = std::chrono::milliseconds(30'000); /// to this
};

} // namespace Bore

#endif // Bore_Client_ReconnectConfig_INCLUDED
