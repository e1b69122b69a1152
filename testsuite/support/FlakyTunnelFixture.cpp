//
// FlakyTunnelFixture.cpp
//

#include "testsuite/support/FlakyTunnelFixture.h"

#include "testsuite/support/FlakyTunnel.h"

#include <cppunit/TestAssert.h>
#include <string>

namespace Bore::Test
{

using Expected = FlakyTunnel::Expected;

FlakyTunnelFixture::FlakyTunnelFixture(
	bool byTls, std::size_t mostCalls, const std::vector<Fault>& harmless, const std::vector<Fault>& fatal)
	: _byTls(byTls)
	, _mostCalls(mostCalls)
{
	_harmless.insert(_harmless.end(), harmless.begin(), harmless.end());
	_fatal.insert(_fatal.end(), fatal.begin(), fatal.end());
}

void FlakyTunnelFixture::testOneByteAtATime()
{
	for (const std::size_t standby : {std::size_t{0}, STANDBY})
		for (const Call call : {Call::Recv, Call::Send})
		{
			FlakyTunnel tunnel(standby, _byTls);
			const CallFaults faulty({call, Fault::SHORT}, 1, CallFaults::ALL);
			tunnel.visitByANewClient(Expected::Service);
			CPPUNIT_ASSERT(faulty.struck());
		}
}

void FlakyTunnelFixture::withEach(
	const std::vector<Fault>& faults, std::size_t standby, bool isHarmless) const
{
	FlakyTunnel tunnel(standby, _byTls);
	withEachFault(faults, _mostCalls,
		[&](const std::string&)
		{ tunnel.visitByANewClient(isHarmless ? Expected::Service : Expected::ServiceOrAnEnd); });
	tunnel.visitByANewClient(Expected::Service);
}

} // namespace Bore::Test
