//
// CutCableTest.cpp
//
// The cable of the client's machine is pulled out: its link is down, no
// segment arrives any more, and no error tells the server.
//

#include "Server/Tunnels.h"
#include "Shared/Authenticator.h"
#include "Shared/Message.h"
#include "testsuite/support/Cable.h"
#include "testsuite/support/Frames.h"
#include "testsuite/support/NetworkNamespace.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <iostream>
#include <optional>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;
using namespace std::string_literals;

class CutCableTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(CutCableTest);
	CPPUNIT_TEST(testPlainClientReturnsOnAnotherWay);
	CPPUNIT_TEST(testPlainClientReturnsWhenTheCableIsBack);
	CPPUNIT_TEST(testCutClientIsGivenUpAndItsPortIsFree);
	CPPUNIT_TEST_SUITE_END();

public:
	void testPlainClientReturnsOnAnotherWay()
	{
		inNetworkNamespace(
			[]
			{
				// Its address is another one: it is the secret that makes it the same client.
				Machines machines(SECRET);
				machines.cable.cut();
				auto next = machines.insist(
					[&]
					{
						auto peer = ScriptedPeer::connectTo(machines.server.port());
						prove(peer);
						return peer;
					});
				machines.expectServed(next);
			});
	}

	void testPlainClientReturnsWhenTheCableIsBack()
	{
		inNetworkNamespace(
			[]
			{
				Machines machines("");
				machines.cable.cut();
				machines.client.reset(); // it was ended meanwhile, of which the server never hears
				machines.cable.mend();
				auto next = machines.insist([&] { return machines.cable.connect(machines.server.port()); });
				machines.expectServed(next);
			});
	}

	void testCutClientIsGivenUpAndItsPortIsFree()
	{
		inNetworkNamespace(
			[]
			{
				Machines machines("", 1s);
				machines.cable.cut();
				CPPUNIT_ASSERT(eventually([&] { return machines.server.parts().tunnels.count() == 0; }));
				CPPUNIT_ASSERT(ScriptedPeer::isRefused(machines.port));
			});
	}

private:
	static constexpr char SECRET[] = "of a cable";

	static void prove(ScriptedPeer& peer)
	{
		const auto challenge = parseServerMessage(peer.receiveFrame());
		const Authenticator authenticator{Secret(SECRET)};
		peer.sendFrame("{\"Authenticate\":\"" + authenticator.tag(std::get<Challenge>(challenge).id) + "\"}");
	}

	struct Machines
	/// A server, and a tunnel of a plain client at the other end of a cable.
	{
		explicit Machines(const std::string& secret, std::chrono::seconds userTimeout = 60s)
			: guarded(!secret.empty())
			, server(config(secret, userTimeout))
			, client(cable.connect(server.port()))
		{
			if (guarded) prove(client);
			port = openTunnel(client);
			client.expectFrame("\"Heartbeat\"");
		}

		[[nodiscard]] static ServerConfig config(const std::string& secret, std::chrono::seconds userTimeout)
		{
			auto config = RunningServer::onLoopback(secret);
			config.bindAddr.clear(); // on the cable, too
			config.userTimeout = userTimeout;
			return config;
		}

		[[nodiscard]] ScriptedPeer insist(const std::function<ScriptedPeer()>& connect) const
		/// The client says Hello of its port until it gets it.
		{
			const std::string hello = "{\"Hello\":" + std::to_string(port) + "}";
			const auto first = std::chrono::steady_clock::now();
			std::optional<ScriptedPeer> next;
			CPPUNIT_ASSERT(eventually(
				[&]
				{
					next.emplace(connect());
					next->sendFrame(hello);
					const std::string answer = next->receiveFrame();
					CPPUNIT_ASSERT(answer == hello || answer == "{\"Error\":\"port already in use\"}");
					return answer == hello;
				}));
			const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
				std::chrono::steady_clock::now() - first);
			std::cerr << " [" << took.count() << " ms after its first Hello]";
			return *std::move(next);
		}

		void expectServed(ScriptedPeer& control) const
		{
			CPPUNIT_ASSERT(eventually([&] { return server.parts().tunnels.count() == 1; }));
			auto visitor = ScriptedPeer::connectTo(port);
			const std::string id = announcedVisitor(control);
			auto data = ScriptedPeer::connectTo(server.port());
			if (guarded) prove(data);
			data.send(acceptFrame(id));
			visitor.send("x");
			data.expect("x");
		}

		const bool guarded;
		Cable cable;
		RunningServer server;
		ScriptedPeer client;
		std::uint16_t port = 0;
	};
};

CPPUNIT_TEST_SUITE_REGISTRATION(CutCableTest);
