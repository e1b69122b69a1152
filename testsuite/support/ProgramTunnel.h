//
// ProgramTunnel.h
//
// A tunnel of both programs, and its visitors.
//

#ifndef Bore_Test_ProgramTunnel_INCLUDED
#define Bore_Test_ProgramTunnel_INCLUDED

#include "testsuite/support/Programs.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cstdint>

namespace Bore::Test
{

struct ProgramTunnel
/// A bore-server, and a bore-client that opens a service of this machine
/// through it. For one thread.
{
	explicit ProgramTunnel(std::uint16_t localPort, const ChildProcess::Arguments& serverArguments = {},
		const ChildProcess::Arguments& clientArguments = {});

	[[nodiscard]] ScriptedPeer visit();
	/// A visitor, connected to the public port.

	ServerProgram server;
	ClientProgram client;
};

void expectEcho(ScriptedPeer& visitor);
/// An EchoService answers the visitor.

} // namespace Bore::Test

#endif // Bore_Test_ProgramTunnel_INCLUDED
