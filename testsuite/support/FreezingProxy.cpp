//
// FreezingProxy.cpp
//

#include "testsuite/support/FreezingProxy.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <array>
#include <cerrno>
#include <iterator>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace Bore::Test
{

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

namespace
{

constexpr int LOOK_MS = 5; // between two looks at what has changed without an event

} // namespace

FreezingProxy::FreezingProxy(std::uint16_t to)
	: _to(to)
	, _listener(SocketAddress("127.0.0.1", 0))
	, _port(_listener.address().port())
	, _thread([this] { run(); })
{
}

FreezingProxy::~FreezingProxy()
{
	_stopping = true;
	_thread.join();
}

void FreezingProxy::run()
{
	while (!_stopping)
	{
		accept();
		carry();
		std::vector<pollfd> sockets{{_listener.impl()->sockfd(), POLLIN, 0}};
		for (const auto& connection : _connections)
		{
			if (connection.generation != _generation) continue;
			if (!connection.nearEnded) sockets.push_back({connection.near.impl()->sockfd(), POLLIN, 0});
			if (!connection.farEnded) sockets.push_back({connection.far.impl()->sockfd(), POLLIN, 0});
		}
		::poll(sockets.data(), sockets.size(), LOOK_MS);
	}
}

void FreezingProxy::accept()
{
	try
	{
		while (_listener.poll(Poco::Timespan(), Poco::Net::Socket::SELECT_READ))
		{
			auto near = _listener.acceptConnection();
			StreamSocket far(SocketAddress("127.0.0.1", _to));
			near.setNoDelay(true);
			far.setNoDelay(true);
			_connections.push_back({near, far, _generation});
		}
	}
	catch (const Poco::Exception&)
	{
		// Nobody listens behind it: who came is let go of.
	}
}

void FreezingProxy::carry()
{
	for (auto connection = _connections.begin(); connection != _connections.end();)
	{
		auto& [near, far, generation, nearEnded, farEnded] = *connection;
		if (generation == _generation)
		{
			if (!nearEnded) nearEnded = !move(near, far);
			if (!farEnded) farEnded = !move(far, near);
		}
		connection = nearEnded && farEnded ? _connections.erase(connection) : std::next(connection);
	}
}

bool FreezingProxy::move(StreamSocket& from, StreamSocket& to)
{
	std::array<char, 65536> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
	const auto got = ::recv(from.impl()->sockfd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
	if (got < 0) return errno == EAGAIN || errno == EINTR;
	if (got == 0)
	{
		::shutdown(to.impl()->sockfd(), SHUT_WR);
		return false;
	}
	// Small messages only: what the other side does not take at once would block all.
	return ::send(to.impl()->sockfd(), bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

} // namespace Bore::Test
