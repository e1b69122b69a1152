//
// ScriptedPeer.h
//
// One end of a TCP connection, driven line by line by a test.
//

#ifndef Bore_Test_ScriptedPeer_INCLUDED
#define Bore_Test_ScriptedPeer_INCLUDED

#include "Shared/Clock.h"
#include "testsuite/support/Eventually.h"

#include <Poco/Net/StreamSocket.h>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace Bore::Test
{

class ScriptedPeer
/// Sends what the script says and expects what the script says. Whatever
/// else happens, and whatever takes longer than the patience, fails the
/// test with what came in place of it. One thread may send while another
/// receives; a failure is an exception in the thread that calls.
/// Closes its socket when it ends.
{
public:
	explicit ScriptedPeer(const Poco::Net::StreamSocket& socket);

	[[nodiscard]] static ScriptedPeer connectTo(std::uint16_t port, const std::string& host = "127.0.0.1");

	[[nodiscard]] static ScriptedPeer connectFrom(
		const std::string& address, std::uint16_t port, const std::string& host = "127.0.0.1");
	/// From another address of the loopback.

	[[nodiscard]] static bool isRefused(std::uint16_t port, const std::string& host = "127.0.0.1");
	/// Whether nobody listens there.

	static void expectTurnedAway(
		std::uint16_t port, Poco::Net::StreamSocket socket = Poco::Net::StreamSocket());
	/// Who connects there, perhaps by a socket made before, is reset: at once,
	/// or as soon as the connection stands.

	static void expectTurnedAwayFrom(const std::string& address, std::uint16_t port);
	/// The same for who connects from another address of the loopback.

	ScriptedPeer(ScriptedPeer&&) = default;
	ScriptedPeer(const ScriptedPeer&) = delete;
	ScriptedPeer& operator=(ScriptedPeer&&) = delete;
	ScriptedPeer& operator=(const ScriptedPeer&) = delete;
	~ScriptedPeer() = default;

	void send(std::string_view bytes);

	void sendFrame(std::string_view json);
	/// Sends the text and the NUL that ends a frame, in one segment.

	[[nodiscard]] std::string receive(std::size_t size);
	/// Exactly so many bytes.

	[[nodiscard]] std::string receiveSome();
	/// What has come, at least one byte; empty at the end of the stream.

	[[nodiscard]] std::string receiveToEnd();
	/// Everything up to the end of the stream.

	[[nodiscard]] std::string receiveFrame();
	/// The next frame, without its NUL.

	[[nodiscard]] std::string receiveMessage();
	/// The next frame that is no heartbeat, without its NUL.

	void expect(std::string_view bytes);
	void expectFrame(std::string_view json);
	void expectMessage(std::string_view json);
	/// As the receive method of the same name, and compares.

	void expectEof();
	/// The end of the stream is next, no byte before it.

	void expectReset();
	/// A reset is next, no byte before it.

	void expectClosed();
	/// The end of the stream or a reset is next: to a bore peer both mean
	/// the same.

	void expectSilence(std::chrono::milliseconds span);
	/// Nothing comes for that long.

	void shutdownSend();
	/// Ends this direction; the other goes on.

	void reset();
	/// Ends both directions by a reset.

	void close();

	[[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return _socket; }

private:
	enum class Event
	{
		Bytes,
		Eof,
		Reset,
		Nothing
	};

	[[nodiscard]] Event waitForMore(TimePoint deadline);
	/// Adds what comes to _input.

	[[nodiscard]] Event next();
	/// Event::Bytes while _input holds some, else waits with all patience.

	[[nodiscard]] std::string take(std::size_t size);
	void failFor(Event event, const std::string& wanted) const;
	[[nodiscard]] std::string describe(Event event) const;

	Poco::Net::StreamSocket _socket;
	std::string _input;
};

} // namespace Bore::Test

#endif // Bore_Test_ScriptedPeer_INCLUDED
