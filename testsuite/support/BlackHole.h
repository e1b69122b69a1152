//
// BlackHole.h
//
// A local service that does not answer.
//

#ifndef Bore_Test_BlackHole_INCLUDED
#define Bore_Test_BlackHole_INCLUDED

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <vector>

namespace Bore::Test
{

class BlackHole
/// Listens on a free loopback port. Once swallow() has filled its backlog,
/// who connects hears nothing: Linux drops what asks for a connection. For
/// one thread.
{
public:
	BlackHole();

	[[nodiscard]] std::uint16_t port() const { return _listener.address().port(); }

	[[nodiscard]] Poco::Net::StreamSocket accept() { return _listener.acceptConnection(); }
	/// Before swallow(): the next connection, waited for.

	void swallow();
	/// From now on nobody gets through.

private:
	Poco::Net::ServerSocket _listener;
	std::vector<Poco::Net::StreamSocket> _backlog;
};

} // namespace Bore::Test

#endif // Bore_Test_BlackHole_INCLUDED
