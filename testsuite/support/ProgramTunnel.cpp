//
// ProgramTunnel.cpp
//

#include "testsuite/support/ProgramTunnel.h"

namespace Bore::Test
{

namespace
{

ChildProcess::Arguments withoutReconnecting(ChildProcess::Arguments arguments)
{
	arguments.emplace_back("--no-reconnect");
	return arguments;
}

} // namespace

ProgramTunnel::ProgramTunnel(std::uint16_t localPort, const ChildProcess::Arguments& serverArguments,
	const ChildProcess::Arguments& clientArguments)
	: server(serverArguments)
	, client(localPort, server.port(), withoutReconnecting(clientArguments))
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
