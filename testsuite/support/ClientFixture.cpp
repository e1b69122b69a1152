//
// ClientFixture.cpp
//

#include "testsuite/support/ClientFixture.h"

#include "testsuite/support/Frames.h"
#include "testsuite/support/RunningClient.h"

namespace Bore::Test
{

void ClientFixture::setUp()
{
	_listener = std::make_unique<ScriptedListener>();
	_echo = std::make_unique<EchoService>();
}

void ClientFixture::tearDown()
{
	_kept.reset();
	_echo.reset();
	_listener.reset();
}

ClientConfig ClientFixture::config(Duration grace) const
{
	auto config = RunningClient::between(_listener->port(), _echo->port());
	config.grace = grace;
	config.tunnels.front().standby = 0;
	return config;
}

ClientConfig ClientFixture::withTwo(std::uint16_t otherLocalPort) const
{
	auto result = config();
	result.tunnels.front().name = "first";
	TunnelConfig second = result.tunnels.front();
	second.name = "second";
	second.localPort = otherLocalPort;
	second.port = 41000;
	result.tunnels.push_back(second);
	return result;
}

ScriptedPeer ClientFixture::accept()
{
	auto server = _listener->accept();
	server.expectFrame("{\"Hello\":0}");
	server.sendFrame("{\"Hello\":40123}");
	server.expectFrame("{\"Offer\":{\"standby\":0}}");
	return server;
}

ScriptedPeer ClientFixture::carried(ScriptedPeer& server, const std::string& id)
{
	server.sendFrame("{\"Connection\":\"" + id + "\"}");
	auto visitor = _listener->accept();
	visitor.expect(acceptFrame(id));
	visitor.send("x");
	visitor.expect("x");
	return visitor;
}

} // namespace Bore::Test
