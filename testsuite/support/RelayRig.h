//
// RelayRig.h
//
// Relays between a scripted visitor and a scripted service.
//

#ifndef Bore_Test_RelayRig_INCLUDED
#define Bore_Test_RelayRig_INCLUDED

#include "Shared/RelayResources.h"
#include "Shared/Relays.h"
#include "Shared/Watch.h"
#include "Shared/Workers.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cstddef>
#include <future>
#include <string>

namespace Bore::Test
{

struct RelayedPair
/// The two ends of a relayed connection; the visitor is the relay's first.
{
	ScriptedPeer visitor;
	ScriptedPeer service;
	std::future<RelayReport> report;

	[[nodiscard]] RelayReport awaitReport();
	/// What the relay told at its end. Fails the test if it does not end.
};

[[nodiscard]] RelayedPair startRelay(Relays& relays, LoopbackPairs& visitors, LoopbackPairs& services,
	const std::string& fromVisitor = {}, const std::string& fromService = {});
/// Starts a relay between two fresh connections; the texts count as read
/// from them before.

class RelayRig
/// What relays run on. Ends what still runs.
{
public:
	explicit RelayRig(std::size_t maxThreads = 4, const LoopbackBuffers& visitorBuffers = {},
		const LoopbackBuffers& serviceBuffers = {}, const Clock& clock = Clock::system(),
		const RelayConfig& config = {});
	RelayRig(const RelayRig&) = delete;
	RelayRig& operator=(const RelayRig&) = delete;
	~RelayRig();

	[[nodiscard]] RelayedPair start(const std::string& fromVisitor = {}, const std::string& fromService = {});

	void secure(bool visitors, bool services, const TlsContexts& contexts);
	/// These ends of the relays are TLS connections from now on.

	void awaitParked(std::size_t count = 1);
	/// Waits until exactly so many relays rest.

	[[nodiscard]] Relays& relays() noexcept { return _relays; }
	[[nodiscard]] PipeStock& pipes() noexcept { return _resources.pipes; }

private:
	LoopbackPairs _visitors;
	LoopbackPairs _services;
	RelayResources _resources;
	Workers _workers;
	Watch _watch;
	Relays _relays;
};

} // namespace Bore::Test

#endif // Bore_Test_RelayRig_INCLUDED
