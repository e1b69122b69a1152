//
// RelayResources.h
//
// What all relays of a process share.
//

#ifndef Bore_Shared_RelayResources_INCLUDED
#define Bore_Shared_RelayResources_INCLUDED

#include "Shared/Clock.h"
#include "Shared/PipeStock.h"
#include "Shared/RelayConfig.h"

#include <atomic>
#include <cstddef>

namespace Bore
{

struct RelayResources
/// Owned by the RelayEngine. Its members may be used by any thread.
{
	explicit RelayResources(const RelayConfig& config)
		: maxRestBytes(config.maxRestBytes)
		, idleTimeout(config.idleTimeout)
		, halfCloseTimeout(config.halfCloseTimeout)
		, pipes(config.zeroCopy ? config.pipes : 0)
	{
	}

	void adopt(const RelayConfig& config) noexcept
	/// Another configuration from now on; the number of pipes stays. The
	/// time-outs are for relays to come.
	{
		maxRestBytes = config.maxRestBytes;
		idleTimeout = config.idleTimeout;
		halfCloseTimeout = config.halfCloseTimeout;
	}

	std::atomic<std::size_t> maxRestBytes;
	std::atomic<Duration> idleTimeout;
	std::atomic<Duration> halfCloseTimeout;
	PipeStock pipes;
};

} // namespace Bore

#endif // Bore_Shared_RelayResources_INCLUDED
