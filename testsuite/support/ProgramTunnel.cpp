//
// ProgramTunnel.cpp
//

#include "testsuite/support/ProgramTunnel.h"

namespace Bore::Test
{

ProgramTunnel::ProgramTunnel(std::uint16_t localPort, const ChildProcess::Arguments& serverArguments,
	const ChildProcess::Arguments& clientArguments)
	: server(serverArguments)
	, client(localPort, server.port(), clientArguments)
{
}

ScriptedPeer ProgramTunnel::visit()
{
	return ScriptedPeer::connectTo(client.port());
}

void expectEcho(ScriptedPeer& visitor)
{
	visitor.send("is anybody there?");
	visitor.expect("is anybody there?");
}

} // namespace Bore::Test
