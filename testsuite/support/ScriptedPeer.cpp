//
// ScriptedPeer.cpp
//

#include "testsuite/support/ScriptedPeer.h"

#include "Shared/StreamIo.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Timespan.h>
#include <array>
#include <cerrno>
#include <cppunit/TestAssert.h>
#include <cstdio>
#include <poll.h>
#include <sys/socket.h>

namespace Bore::Test
{

namespace
{

TimePoint patienceFromNow()
{
	return Clock::system().now() + PATIENCE;
}

std::string quoted(std::string_view bytes)
{
	constexpr std::size_t LONGEST = 300;
	std::string text = "\"";
	for (const char c : bytes.substr(0, LONGEST))
	{
		std::array<char, 5> escape{};
		std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(c) & 0xFFU);
		const bool printable = c >= ' ' && c <= '~';
		text += printable ? std::string(1, c) : std::string(escape.data());
	}
	return text + (bytes.size() > LONGEST ? "\"..., " : "\", ") + std::to_string(bytes.size()) + " bytes";
}

bool isReady(int descriptor, short events, TimePoint deadline)
{
	pollfd entry{descriptor, events, 0};
	const int ready = ::poll(&entry, 1, millisecondsUntil(deadline, Clock::system().now()));
	return ready > 0;
}

Poco::Net::StreamSocket socketOf(const std::string& address)
{
	Poco::Net::StreamSocket socket(new Poco::Net::StreamSocketImpl(::socket(AF_INET, SOCK_STREAM, 0)));
	socket.impl()->bind(Poco::Net::SocketAddress(address, 0));
	return socket;
}

} // namespace

ScriptedPeer::ScriptedPeer(const Poco::Net::StreamSocket& socket)
	: _socket(socket)
{
	_socket.setNoDelay(true);
}

ScriptedPeer ScriptedPeer::connectTo(std::uint16_t port, const std::string& host)
{
	const Poco::Net::SocketAddress address(host, port);
	Poco::Net::StreamSocket socket;
	try
	{
		socket.connect(address, Poco::Timespan(PATIENCE.count(), 0));
	}
	catch (const Poco::Exception& e)
	{
		CPPUNIT_FAIL("cannot connect to " + address.toString() + ": " + e.displayText());
	}
	return ScriptedPeer(socket);
}

ScriptedPeer ScriptedPeer::connectFrom(
	const std::string& address, std::uint16_t port, const std::string& host)
{
	auto socket = socketOf(address);
	socket.connect(Poco::Net::SocketAddress(host, port));
	return ScriptedPeer(socket);
}

bool ScriptedPeer::isRefused(std::uint16_t port, const std::string& host)
{
	Poco::Net::StreamSocket socket;
	try
	{
		socket.connect(Poco::Net::SocketAddress(host, port), Poco::Timespan(PATIENCE.count(), 0));
	}
	catch (const Poco::Net::ConnectionRefusedException&)
	{
		return true;
	}
	catch (const Poco::Net::ConnectionResetException&)
	{
		return false; // the listener closed with us in its backlog
	}
	try
	{
		// A dial of a free loopback port can meet itself.
		return socket.address() == socket.peerAddress();
	}
	catch (const Poco::Exception&)
	{
		return false; // reset by now
	}
}

void ScriptedPeer::expectTurnedAway(std::uint16_t port, Poco::Net::StreamSocket socket)
{
	try
	{
		socket.connect(Poco::Net::SocketAddress("127.0.0.1", port));
	}
	catch (const Poco::Net::ConnectionResetException&)
	{
		return; // it was quicker than we are
	}
	ScriptedPeer(socket).expectReset();
}

void ScriptedPeer::expectTurnedAwayFrom(const std::string& address, std::uint16_t port)
{
	expectTurnedAway(port, socketOf(address));
}

void ScriptedPeer::send(std::string_view bytes)
{
	const TimePoint deadline = patienceFromNow();
	const int descriptor = _socket.impl()->sockfd();
	while (!bytes.empty())
	{
		const IoResult sent = sendSome(_socket, bytes.data(), bytes.size());
		if (sent.outcome == Io::Moved)
			bytes.remove_prefix(sent.bytes);
		else if (!sent.mustWait())
			CPPUNIT_FAIL("cannot send " + quoted(bytes) + ": " + failureOf(_socket, sent.error));
		else if (!isReady(descriptor, POLLOUT, deadline))
			CPPUNIT_FAIL("the peer does not take " + quoted(bytes));
	}
}

void ScriptedPeer::sendFrame(std::string_view json)
{
	std::string frame(json);
	frame += '\0';
	send(frame);
}

std::string ScriptedPeer::receive(std::size_t size)
{
	const TimePoint deadline = patienceFromNow();
	while (_input.size() < size)
	{
		const Event event = waitForMore(deadline);
		if (event != Event::Bytes) failFor(event, std::to_string(size) + " bytes");
	}
	return take(size);
}

std::string ScriptedPeer::receiveSome()
{
	const Event event = next();
	if (event != Event::Bytes && event != Event::Eof) failFor(event, "some bytes or the end of the stream");
	return take(_input.size());
}

std::string ScriptedPeer::receiveToEnd()
{
	const TimePoint deadline = patienceFromNow();
	Event event = Event::Bytes;
	while (event == Event::Bytes) event = waitForMore(deadline);
	if (event != Event::Eof) failFor(event, "the end of the stream");
	return take(_input.size());
}

std::string ScriptedPeer::receiveFrame()
{
	const TimePoint deadline = patienceFromNow();
	std::size_t end = _input.find('\0');
	while (end == std::string::npos)
	{
		const Event event = waitForMore(deadline);
		if (event != Event::Bytes) failFor(event, "a frame");
		end = _input.find('\0');
	}
	std::string frame = take(end + 1);
	frame.pop_back();
	return frame;
}

std::string ScriptedPeer::receiveMessage()
{
	const TimePoint deadline = patienceFromNow();
	std::string frame = receiveFrame();
	while (frame == "\"Heartbeat\"")
	{
		if (Clock::system().now() >= deadline) CPPUNIT_FAIL("expected a message, got heartbeats only");
		frame = receiveFrame();
	}
	return frame;
}

void ScriptedPeer::expect(std::string_view bytes)
{
	const std::string got = receive(bytes.size());
	if (got != bytes) CPPUNIT_FAIL("expected " + quoted(bytes) + ", got " + quoted(got));
}

void ScriptedPeer::expectFrame(std::string_view json)
{
	const std::string got = receiveFrame();
	if (got != json) CPPUNIT_FAIL("expected the frame " + quoted(json) + ", got " + quoted(got));
}

void ScriptedPeer::expectMessage(std::string_view json)
{
	const std::string got = receiveMessage();
	if (got != json) CPPUNIT_FAIL("expected the message " + quoted(json) + ", got " + quoted(got));
}

void ScriptedPeer::expectEof()
{
	const Event event = next();
	if (event != Event::Eof) failFor(event, "the end of the stream");
}

void ScriptedPeer::expectReset()
{
	const Event event = next();
	if (event != Event::Reset) failFor(event, "a reset");
}

void ScriptedPeer::expectClosed()
{
	const Event event = next();
	if (event != Event::Eof && event != Event::Reset) failFor(event, "the end of the stream or a reset");
}

void ScriptedPeer::expectSilence(std::chrono::milliseconds span)
{
	const Event event = _input.empty() ? waitForMore(Clock::system().now() + span) : Event::Bytes;
	if (event != Event::Nothing) failFor(event, "silence");
}

void ScriptedPeer::shutdownSend()
{
	if (isSecure(_socket))
		CPPUNIT_ASSERT(endSending(_socket) == Io::Moved);
	else
		_socket.shutdownSend();
}

void ScriptedPeer::reset()
{
	_socket.setLinger(true, 0);
	_socket.close();
}

void ScriptedPeer::close()
{
	_socket.close();
}

ScriptedPeer::Event ScriptedPeer::waitForMore(TimePoint deadline)
{
	constexpr std::size_t CHUNK = 64UL * 1024;
	const int descriptor = _socket.impl()->sockfd();
	for (;;)
	{
		const std::size_t before = _input.size();
		_input.resize(before + CHUNK);
		const IoResult got = Bore::receiveSome(_socket, _input.data() + before, CHUNK);
		_input.resize(before + got.bytes);
		if (got.outcome == Io::Moved) return Event::Bytes;
		if (got.outcome == Io::Ended) return Event::Eof;
		if (got.outcome == Io::Failed && (got.error == ECONNRESET || isSecure(_socket))) return Event::Reset;
		if (!got.mustWait()) CPPUNIT_FAIL("cannot receive: " + failureOf(_socket, got.error));
		if (!isReady(descriptor, POLLIN, deadline) && Clock::system().now() >= deadline)
			return Event::Nothing;
	}
}

ScriptedPeer::Event ScriptedPeer::next()
{
	return _input.empty() ? waitForMore(patienceFromNow()) : Event::Bytes;
}

std::string ScriptedPeer::take(std::size_t size)
{
	std::string bytes;
	if (size == _input.size())
	{
		bytes.swap(_input);
		return bytes;
	}
	bytes = _input.substr(0, size);
	_input.erase(0, size);
	return bytes;
}

void ScriptedPeer::failFor(Event event, const std::string& wanted) const
{
	CPPUNIT_FAIL("expected " + wanted + ", got " + describe(event));
}

std::string ScriptedPeer::describe(Event event) const
{
	const std::string before = _input.empty() ? "" : " after " + quoted(_input);
	switch (event)
	{
	case Event::Bytes:
		return quoted(_input);
	case Event::Eof:
		return "the end of the stream" + before;
	case Event::Reset:
		return "a reset" + before;
	default:
		return "nothing in time" + before;
	}
}

} // namespace Bore::Test
