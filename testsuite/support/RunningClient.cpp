//
// RunningClient.cpp
//

#include "testsuite/support/RunningClient.h"

#include "testsuite/support/Eventually.h"

#include <cppunit/TestAssert.h>

namespace Bore::Test
{

RunningClient::RunningClient(const ClientConfig& config, const Clock& clock)
	: _client(
		  config,
		  [this](const std::string& address, const TunnelConfig&)
		  {
			  if (_isOpen) return; // it has come back with another address
			  _isOpen = true;
			  _opened.set_value(address);
		  },
		  clock)
	, _run(std::async(std::launch::async, [this] { run(); }))
{
}

RunningClient::~RunningClient()
{
	_client.stopNow();
	if (_run.valid()) _run.wait();
}

ClientConfig RunningClient::between(
	std::uint16_t serverPort, std::uint16_t localPort, const std::string& secret)
{
	ClientConfig config;
	config.serverHost = config.tunnels.front().localHost = "127.0.0.1";
	config.serverPort = serverPort;
	config.tunnels.front().localPort = localPort;
	config.reconnect.enabled = false;
	if (!secret.empty()) config.secret = Secret(secret);
	return config;
}

std::string RunningClient::address()
{
	if (_address.wait_for(PATIENCE) != std::future_status::ready) CPPUNIT_FAIL("the tunnel does not open");
	return _address.get();
}

std::uint16_t RunningClient::port()
{
	const std::string text = address();
	return static_cast<std::uint16_t>(std::stoul(text.substr(text.rfind(':') + 1)));
}

bool RunningClient::ended() const
{
	return _run.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

void RunningClient::awaitEnd()
{
	if (_run.wait_for(PATIENCE) != std::future_status::ready) CPPUNIT_FAIL("the client does not end");
	_run.get();
}

RoleFailure RunningClient::failure()
{
	try
	{
		awaitEnd();
	}
	catch (const RoleFailure& failure)
	{
		return failure;
	}
	CPPUNIT_FAIL("the client ended without a failure");
	throw std::logic_error("not reached");
}

void RunningClient::run()
{
	try
	{
		_client.run();
	}
	catch (...)
	{
		if (!_isOpen) _opened.set_exception(std::current_exception());
		throw;
	}
}

} // namespace Bore::Test
