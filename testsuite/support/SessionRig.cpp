//
// SessionRig.cpp
//

#include "testsuite/support/SessionRig.h"

#include "Client/CurrentOptions.h"
#include "Client/StandbyLines.h"
#include "Client/TakenIds.h"
#include "Client/Transport.h"
#include "Shared/Quota.h"
#include "Shared/RoleFailure.h"

#include <cppunit/TestAssert.h>
#include <sys/socket.h>

namespace Bore::Test
{

struct SessionRig::Parts
{
	Parts(ClientConfig theirConfig, const Clock& clock, const std::optional<Poco::UUID>& ticket)
		: config(std::move(theirConfig))
		, options(std::make_shared<const SessionOptions>(config))
		, connector(clock, &cancelled)
		, transport(config.tls, config.serverHost, config.secret.has_value(), clock)
		, engine(config.relay, clock)
		, taken(clock)
		, context{config, config.tunnels.front(), clock, options, connector, engine.relays(), dials, taken,
			  standbys, visitors, transport}
		, standbys(context)
		, session(std::in_place, context, connector, standbys,
			  Session::Request{config.tunnels.front().port, ticket})
	{
	}

	const ClientConfig config;
	CurrentOptions options;
	std::atomic<bool> cancelled{false};
	const Connector connector;
	Transport transport;
	RelayEngine engine;
	Dials dials;
	TakenIds taken;
	Quota visitors{{"maxConnections", 0}, {"", 0}};
	const ClientContext context;
	StandbyLines standbys;
	std::optional<Session> session;
	std::promise<std::uint16_t> opened;
};

SessionRig::SessionRig() = default;

SessionRig::~SessionRig()
{
	if (!_parts) return;
	_parts->cancelled = true;
	if (_parts->session) _parts->session->stop();
	if (_run.valid()) _run.wait();
	_parts->standbys.stop();
	_parts->dials.stop();
	_parts->engine.stop();
}

void SessionRig::prepare(const std::string& host, const std::string& secret, std::uint16_t publicPort)
{
	ClientConfig config;
	config.serverHost = host;
	config.serverPort = _listener.port();
	config.tunnels.front().localHost = "127.0.0.1";
	config.tunnels.front().localPort = 9; // discard: nobody's
	config.tunnels.front().port = publicPort;
	config.tunnels.front().standby = _standby;
	config.tunnels.front().proxyProtocol = _proxyProtocol;
	config.silence = _silence;
	if (!secret.empty()) config.secret = Secret(secret);
	_parts = std::make_unique<Parts>(config, _clock, _ticket);
}

void SessionRig::run()
{
	_run = std::async(std::launch::async,
		[this]
		{
			const auto port = _parts->session->open();
			_isOpen = true;
			_parts->opened.set_value(port);
			_parts->session->serve();
		});
}

ScriptedPeer SessionRig::start(const std::string& secret, std::uint16_t publicPort)
{
	prepare("127.0.0.1", secret, publicPort);
	run();
	return _listener.accept();
}

ScriptedPeer SessionRig::open()
{
	auto server = start();
	server.expectFrame("{\"Hello\":0}");
	server.sendFrame("{\"Hello\":40123}");
	server.expectFrame("{\"Offer\":{\"standby\":" + std::to_string(_standby) + "}}");
	CPPUNIT_ASSERT_EQUAL(std::uint16_t(40123), openedPort());
	return server;
}

std::uint16_t SessionRig::openedPort()
{
	auto port = _parts->opened.get_future();
	CPPUNIT_ASSERT(port.wait_for(PATIENCE) == std::future_status::ready);
	return port.get();
}

std::string SessionRig::serverName() const
{
	return "127.0.0.1:" + std::to_string(_listener.port());
}

void SessionRig::recheck()
{
	_parts->engine.relays().watch().recheck();
	_parts->engine.relays().carriers().recheck();
}

void SessionRig::passDeadline(ScriptedPeer& server)
{
	const int descriptor = server.socket().impl()->sockfd();
	CPPUNIT_ASSERT(eventually(
		[this, descriptor]
		{
			_clock.advance(std::chrono::seconds(1));
			static_cast<void>(::send(descriptor, "x", 1, MSG_NOSIGNAL));
			return _run.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
		}));
}

void SessionRig::stop() noexcept
{
	_parts->session->stop();
}

void SessionRig::forget()
{
	_parts->session.reset();
}

std::string SessionRig::failure(std::optional<ExitCode> code)
{
	CPPUNIT_ASSERT(_run.wait_for(PATIENCE) == std::future_status::ready);
	try
	{
		_run.get();
	}
	catch (const RoleFailure& failure)
	{
		if (code) CPPUNIT_ASSERT_EQUAL_MESSAGE(failure.what(), int(*code), int(failure.code()));
		return failure.what();
	}
	CPPUNIT_FAIL("the session ended without a failure");
	return {};
}

void SessionRig::expectFailure(ExitCode code, const std::string& part)
{
	const std::string text = failure(code);
	CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos);
}

} // namespace Bore::Test
