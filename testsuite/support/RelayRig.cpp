//
// RelayRig.cpp
//

#include "testsuite/support/RelayRig.h"

#include <cppunit/TestAssert.h>
#include <memory>
#include <utility>

namespace Bore::Test
{

RelayReport RelayedPair::awaitReport()
{
	if (report.wait_for(PATIENCE) != std::future_status::ready) CPPUNIT_FAIL("the relay does not end");
	return report.get();
}

RelayedPair startRelay(Relays& relays, LoopbackPairs& visitors, LoopbackPairs& services,
	const std::string& fromVisitor, const std::string& fromService)
{
	LoopbackPair visitor = visitors.make();
	LoopbackPair service = services.make();
	const auto promise = std::make_shared<std::promise<RelayReport>>();
	RelayedPair pair{ScriptedPeer(visitor.far), ScriptedPeer(service.far), promise->get_future()};
	relays.run({std::move(visitor.near), std::move(service.near), fromVisitor, fromService,
		[promise](const RelayReport& report) { promise->set_value(report); }});
	return pair;
}

RelayRig::RelayRig(std::size_t maxThreads, const LoopbackBuffers& visitorBuffers,
	const LoopbackBuffers& serviceBuffers, const Clock& clock, const RelayConfig& config)
	: _visitors(visitorBuffers)
	, _services(serviceBuffers)
	, _resources(config)
	, _workers("rig", 1)
	, _watch(_workers, clock)
	, _relays(_watch, maxThreads, _resources, clock)
{
}

RelayRig::~RelayRig()
{
	_relays.stop();
	_watch.stop();
	_workers.stop();
}

RelayedPair RelayRig::start(const std::string& fromVisitor, const std::string& fromService)
{
	return startRelay(_relays, _visitors, _services, fromVisitor, fromService);
}

void RelayRig::secure(bool visitors, bool services, const TlsContexts& contexts)
{
	if (visitors) _visitors.secure(contexts);
	if (services) _services.secure(contexts);
}

void RelayRig::awaitParked(std::size_t count)
{
	if (!eventually([&] { return _relays.countResting() == count; }))
		CPPUNIT_FAIL("so many relays rest: " + std::to_string(_relays.countResting()) + " instead of " +
					 std::to_string(count));
}

} // namespace Bore::Test
