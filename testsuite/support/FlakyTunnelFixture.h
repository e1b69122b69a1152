//
// FlakyTunnelFixture.h
//
// The tests of handshakes, dials and standby connections under faults.
//

#ifndef Bore_Test_FlakyTunnelFixture_INCLUDED
#define Bore_Test_FlakyTunnelFixture_INCLUDED

#include "testsuite/support/CallFaults.h"

#include <cerrno>
#include <cppunit/TestFixture.h>
#include <cstddef>
#include <vector>

namespace Bore::Test
{

class FlakyTunnelFixture : public CppUnit::TestFixture
/// Both handshakes, the dials and the standby connections, server and client
/// in this process, while system calls fail, or do less than asked, one after
/// the other. A suite says how the tunnel is carried and which faults it meets.
{
public:
	void testHarmlessFaultsCostNothing() { withEach(_harmless, 0, true); }
	void testHarmlessFaultsCostNothingWithStandby() { withEach(_harmless, STANDBY, true); }
	void testFatalFaultsCostThatConnectionAlone() { withEach(_fatal, 0, false); }
	void testFatalFaultsCostThatConnectionAloneWithStandby() { withEach(_fatal, STANDBY, false); }
	void testOneByteAtATime();

protected:
	FlakyTunnelFixture(bool byTls, std::size_t mostCalls, const std::vector<Fault>& harmless,
		const std::vector<Fault>& fatal);
	/// Each fault strikes each of so many calls. Both lists are besides those
	/// of receiving and sending, which every suite has.

private:
	static constexpr std::size_t STANDBY = 2;

	void withEach(const std::vector<Fault>& faults, std::size_t standby, bool isHarmless) const;

	const bool _byTls;
	const std::size_t _mostCalls;
	std::vector<Fault> _harmless{{Call::Recv, EINTR}, {Call::Recv, EAGAIN}, {Call::Recv, Fault::SHORT},
		{Call::Send, EINTR}, {Call::Send, EAGAIN}, {Call::Send, Fault::SHORT}};
	std::vector<Fault> _fatal{
		{Call::Recv, ECONNRESET}, {Call::Recv, ENOMEM}, {Call::Send, EPIPE}, {Call::Send, ENOBUFS}};
};

} // namespace Bore::Test

#endif // Bore_Test_FlakyTunnelFixture_INCLUDED
