//
// RelayResources.h
//
// What all relays of a process share.
//

#ifndef Bore_Shared_RelayResources_INCLUDED
#define Bore_Shared_RelayResources_INCLUDED

#include "Shared/PipeStock.h"
#include "Shared/RelayConfig.h"

namespace Bore
{

struct RelayResources
/// Owned by the RelayEngine. Its members may be used by any thread.
{
	explicit RelayResources(const RelayConfig& relayConfig)
		: config(relayConfig)
		, pipes(relayConfig.zeroCopy ? relayConfig.pipes : 0)
	{
	}

	const RelayConfig config;
	PipeStock pipes;
};

} // namespace Bore

#endif // Bore_Shared_RelayResources_INCLUDED
