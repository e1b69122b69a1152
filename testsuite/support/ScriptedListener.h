//
// ScriptedListener.h
//
// Where a test takes the part of a server.
//

#ifndef Bore_Test_ScriptedListener_INCLUDED
#define Bore_Test_ScriptedListener_INCLUDED

#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/ServerSocket.h>
#include <cstdint>
#include <string>

namespace Bore::Test
{

class ScriptedListener
/// Listens on a free port and hands out what connects as ScriptedPeers.
/// For one thread at a time. Stops listening when it ends.
{
public:
	explicit ScriptedListener(const std::string& host = "127.0.0.1");

	[[nodiscard]] std::uint16_t port() const;

	[[nodiscard]] ScriptedPeer accept();
	/// The next connection. Fails the test if none comes within PATIENCE.

	void expectNoConnection(std::chrono::milliseconds span);
	/// Nobody connects for that long.

	void close();
	/// From now on who connects is refused.

private:
	Poco::Net::ServerSocket _socket;
};

} // namespace Bore::Test

#endif // Bore_Test_ScriptedListener_INCLUDED
