//
// EchoService.h
//
// A local service that sends back what it gets.
//

#ifndef Bore_Test_EchoService_INCLUDED
#define Bore_Test_EchoService_INCLUDED

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <thread>

namespace Bore::Test
{

class EchoService
/// Echoes any number of connections from one thread of its own. The end
/// of a peer's stream ends ours, after all of it was echoed. While a peer
/// does not take its echo, nothing more is read from it. Ends at once,
/// and resets what is still open.
{
public:
	explicit EchoService(const std::string& host = "127.0.0.1");
	EchoService(const EchoService&) = delete;
	EchoService& operator=(const EchoService&) = delete;
	~EchoService();

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }

	[[nodiscard]] std::size_t openConnections() const noexcept { return _open.load(); }
	/// Any thread.

private:
	struct Connection
	{
		Poco::Net::StreamSocket socket;
		std::string rest; /// read and not yet sent
	};

	void run();
	void accept();
	[[nodiscard]] static bool step(Connection& connection);
	/// Receives or sends once; false when the connection is done.

	Poco::Net::ServerSocket _listener;
	std::uint16_t _port;
	std::atomic<bool> _stopping{false};
	std::atomic<std::size_t> _open{0};
	std::list<Connection> _connections; // touched by _thread alone
	std::thread _thread;
};

} // namespace Bore::Test

#endif // Bore_Test_EchoService_INCLUDED
