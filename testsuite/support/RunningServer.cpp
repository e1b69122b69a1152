//
// RunningServer.cpp
//

#include "testsuite/support/RunningServer.h"

#include "testsuite/support/Eventually.h"

#include <cppunit/TestAssert.h>

namespace Bore::Test
{

RunningServer::RunningServer()
	: RunningServer(onLoopback())
{
}

RunningServer::RunningServer(const ServerConfig& config, const Clock& clock)
	: _server(config, clock)
	, _run(std::async(std::launch::async, [this] { _server.run(); }))
{
}

RunningServer::~RunningServer()
{
	_server.stopNow();
	if (_run.valid()) _run.wait();
}

ServerConfig RunningServer::onLoopback(const std::string& secret)
{
	ServerConfig config;
	config.bindAddr = config.bindTunnels = "127.0.0.1";
	config.controlPort = 0;
	config.minPort = LEAST_PORT;
	config.maxPort = MOST_PORT;
	if (!secret.empty()) config.secret = Secret(secret);
	return config;
}

bool RunningServer::ended() const
{
	return _run.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

void RunningServer::awaitEnd()
{
	if (_run.wait_for(PATIENCE) != std::future_status::ready) CPPUNIT_FAIL("the server does not end");
	_run.get();
}

} // namespace Bore::Test
