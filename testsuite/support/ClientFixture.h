//
// ClientFixture.h
//
// A client between a scripted server and an echo service.
//

#ifndef Bore_Test_ClientFixture_INCLUDED
#define Bore_Test_ClientFixture_INCLUDED

#include "Client/ClientConfig.h"
#include "Shared/Clock.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/TestFixture.h>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace Bore::Test
{

class ClientFixture : public CppUnit::TestFixture
/// Has the server's listener, and the local service. A test plays the server.
{
public:
	void setUp() override;
	void tearDown() override;

protected:
	[[nodiscard]] ClientConfig config(Duration grace = std::chrono::seconds(5)) const;
	/// Of one tunnel that leads to the service, without standby connections.

	[[nodiscard]] ClientConfig withTwo(std::uint16_t otherLocalPort) const;
	/// The same, named "first", and one named "second", which asks for the port 41000.

	[[nodiscard]] ScriptedPeer accept();
	/// The server's end of the control connection, the tunnel open on 40123.

	[[nodiscard]] ScriptedPeer carried(
		ScriptedPeer& server, const std::string& id = "7844a870-eefb-4da6-a89d-2dac190e7292");
	/// A visitor who is carried.

	std::optional<ScriptedPeer> _kept;
	std::unique_ptr<ScriptedListener> _listener;
	std::unique_ptr<EchoService> _echo;
};

} // namespace Bore::Test

#endif // Bore_Test_ClientFixture_INCLUDED
