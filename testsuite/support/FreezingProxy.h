//
// FreezingProxy.h
//
// A middlebox that forgets the connections it has.
//

#ifndef Bore_Test_FreezingProxy_INCLUDED
#define Bore_Test_FreezingProxy_INCLUDED

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <atomic>
#include <cstdint>
#include <list>
#include <thread>

namespace Bore::Test
{

class FreezingProxy
/// Carries TCP connections from a port of its own to another. freeze()
/// leaves those that it has as they are: nothing moves on them any more,
/// in either direction, and nothing closes, while its kernel goes on to
/// acknowledge what is sent to it. New ones work. Ends at once.
{
public:
	explicit FreezingProxy(std::uint16_t to);
	/// To that port of 127.0.0.1.

	FreezingProxy(const FreezingProxy&) = delete;
	FreezingProxy& operator=(const FreezingProxy&) = delete;
	~FreezingProxy();

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }

	void freeze() noexcept { ++_generation; }
	/// Any thread. What is being carried just now may still arrive.

private:
	struct Connection
	{
		Poco::Net::StreamSocket near;
		Poco::Net::StreamSocket far;
		unsigned generation;
		bool nearEnded = false;
		bool farEnded = false;
	};

	void run();
	void accept();
	void carry();
	[[nodiscard]] static bool move(Poco::Net::StreamSocket& from, Poco::Net::StreamSocket& to);
	/// False once `from` has ended.

	const std::uint16_t _to;
	Poco::Net::ServerSocket _listener;
	const std::uint16_t _port;
	std::atomic<unsigned> _generation{0};
	std::atomic<bool> _stopping{false};
	std::list<Connection> _connections; // touched by _thread alone
	std::thread _thread;
};

} // namespace Bore::Test

#endif // Bore_Test_FreezingProxy_INCLUDED
