//
// RelayConfig.h
//
// How connections are carried, typed and validated.
//

#ifndef Bore_Shared_RelayConfig_INCLUDED
#define Bore_Shared_RelayConfig_INCLUDED

#include "Shared/Clock.h"

#include <cstddef>

namespace Bore
{

struct RelayConfig
/// The part of both roles' configurations that is about relays.
{
	std::size_t threads = 0; /// carriers; 0: from the number of cores
	bool zeroCopy = true;    /// splice(2) for what moves in bulk
	std::size_t pipes = 128; /// for zero-copy, at once, one per direction: both of 64 connections
	std::size_t maxRestBytes = 64 * 1024 * 1024;       /// of all relays together, before steps get small
	Duration idleTimeout{};                            /// without a byte either way; 0: none
	Duration halfCloseTimeout = std::chrono::hours(1); /// the same, once one way has ended; 0: none
};

} // namespace Bore

#endif // Bore_Shared_RelayConfig_INCLUDED
