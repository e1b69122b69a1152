//
// FlakyTunnel.cpp
//

#include "testsuite/support/FlakyTunnel.h"

#include "Server/Handshakes.h"
#include "Server/PendingVisitors.h"
#include "Server/ServerContext.h"
#include "Server/Tunnels.h"
#include "Shared/Relays.h"
#include "Shared/RoleFailure.h"
#include "Shared/Watch.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/TestAuthority.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <array>
#include <cppunit/TestAssert.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <system_error>

namespace Bore::Test
{

namespace
{

constexpr char SECRET[] = "of a flaky tunnel";
constexpr char WORDS[] = "is anybody there?";
constexpr int A_WHILE = 300; // ms: far more than an answer takes, far less than the 10 s for a lost visitor

std::string wordsBack(const Poco::Net::StreamSocket& visitor)
// What comes within a while: all of it, or less and the end.
{
	std::string received;
	pollfd entry{visitor.impl()->sockfd(), POLLIN, 0};
	while (received.size() < sizeof(WORDS) - 1 && ::poll(&entry, 1, A_WHILE) > 0)
	{
		std::array<char, sizeof(WORDS)> bytes{};
		const auto got = ::recv(entry.fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
		if (got <= 0) break;
		received.append(bytes.data(), static_cast<std::size_t>(got));
	}
	return received;
}

ServerConfig serverConfig(const TemporaryDirectory& directory, std::optional<TlsClientConfig>& client)
{
	ServerConfig config = RunningServer::onLoopback(SECRET);
	if (!client) return config;
	TestAuthority authority(directory);
	const auto files = authority.issue({});
	client->ca = authority.certificate();
	config.tls.emplace();
	config.tls->certificate = files.certificate;
	config.tls->key = files.key;
	config.plainControl = false;
	return config;
}

} // namespace

FlakyTunnel::FlakyTunnel(std::size_t standby, bool byTls)
	: _tls(byTls ? std::optional<TlsClientConfig>(std::in_place) : std::nullopt)
	, _server(serverConfig(_directory, _tls))
	, _standby(standby)
{
	// Once without a fault: what is made at the first use stays.
	_descriptors = ProcessStatus::self().descriptors() + 1000;
	visitByANewClient(Expected::Service);
	_descriptors = ProcessStatus::self().descriptors();
}

ClientConfig FlakyTunnel::clientConfig() const
{
	ClientConfig config = RunningClient::between(_server.port(), _echo.port(), SECRET);
	config.tunnels.front().standby = _standby;
	config.tls = _tls;
	return config;
}

void FlakyTunnel::visitByANewClient(Expected expected)
{
	try
	{
		RunningClient client(clientConfig());
		visit(client.port(), expected, client);
	}
	catch (const RoleFailure&)
	{
		// A client that cannot begin says so and ends.
		if (expected == Expected::Service) throw;
	}
	catch (const Poco::SystemException&)
	{
		// A client that has no descriptors to begin with.
		if (expected == Expected::Service) throw;
	}
	catch (const std::system_error&)
	{
		if (expected == Expected::Service) throw;
	}
	expectNothingLeft();
}

void FlakyTunnel::visit(std::uint16_t port, Expected expected, RunningClient& client)
{
	Poco::Net::StreamSocket socket;
	try
	{
		socket.connect(Poco::Net::SocketAddress("127.0.0.1", port), Poco::Timespan(PATIENCE.count(), 0));
	}
	catch (const Poco::Exception&)
	{
		// The tunnel has ended by now.
		if (expected == Expected::Service) throw;
		return;
	}
	ScriptedPeer visitor(socket);
	if (expected == Expected::Service)
	{
		visitor.send(WORDS);
		return visitor.expect(WORDS);
	}
	static_cast<void>(::send(socket.impl()->sockfd(), WORDS, sizeof(WORDS) - 1, MSG_NOSIGNAL));
	const std::string answer = wordsBack(socket);
	CPPUNIT_ASSERT_EQUAL(std::string(WORDS).substr(0, answer.size()), answer);
	client.stopNow();
	visitor.expectClosed();
}

void FlakyTunnel::expectNothingLeft()
{
	const ServerContext& parts = _server.parts();
	const bool isEmpty = eventually(
		[&]
		{
			return parts.handshakes.count() == 0 && parts.tunnels.count() == 0 &&
				   parts.visitors.count() == 0 && parts.relays.count() == 0 && parts.watch.size() == 0 &&
				   _echo.openConnections() == 0;
		});
	CPPUNIT_ASSERT_MESSAGE("left are " + std::to_string(parts.handshakes.count()) + " handshakes, " +
							   std::to_string(parts.tunnels.count()) + " tunnels, " +
							   std::to_string(parts.visitors.count()) + " visitors, " +
							   std::to_string(parts.relays.count()) + " relays, " +
							   std::to_string(parts.watch.size()) + " in the Watch, " +
							   std::to_string(_echo.openConnections()) + " connections of the service",
		isEmpty);
	const bool isBack = eventually([&] { return ProcessStatus::self().descriptors() <= _descriptors; });
	CPPUNIT_ASSERT_MESSAGE("descriptors: " + std::to_string(ProcessStatus::self().descriptors()) +
							   ", before: " + std::to_string(_descriptors),
		isBack);
}

} // namespace Bore::Test
