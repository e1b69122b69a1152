//
// EchoService.cpp
//

#include "testsuite/support/EchoService.h"

#include "testsuite/support/CallFaults.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

namespace Bore::Test
{

EchoService::EchoService(const std::string& host)
{
	// POCO's shorter ways set SO_REUSEPORT, by which two listeners share a port.
	_listener.bind(Poco::Net::SocketAddress(host, 0), true, false);
	_listener.listen(1024);
	_port = _listener.address().port();
	_thread = std::thread(&EchoService::run, this);
}

EchoService::~EchoService()
{
	_stopping = true;
	// Linux: this wakes a poll of a listening socket.
	::shutdown(_listener.impl()->sockfd(), SHUT_RDWR);
	_thread.join();
}

void EchoService::run()
{
	CallFaults::spareThisThread();
	std::vector<pollfd> entries;
	while (!_stopping)
	{
		entries.assign(1, pollfd{_listener.impl()->sockfd(), POLLIN, 0});
		for (const Connection& connection : _connections)
		{
			const short interest = connection.rest.empty() ? POLLIN : POLLOUT;
			entries.push_back(pollfd{connection.socket.impl()->sockfd(), interest, 0});
		}
		if (::poll(entries.data(), entries.size(), -1) < 0) continue;

		auto entry = entries.cbegin() + 1;
		for (auto connection = _connections.begin(); connection != _connections.end(); ++entry)
		{
			if (entry->revents == 0 || step(*connection))
				++connection;
			else
				connection = _connections.erase(connection);
		}
		if (entries.front().revents != 0 && !_stopping) accept();
		_open = _connections.size();
	}
	for (Connection& connection : _connections) connection.socket.setLinger(true, 0);
}

void EchoService::accept()
{
	try
	{
		_connections.push_back(Connection{_listener.acceptConnection(), {}});
		_connections.back().socket.setNoDelay(true);
	}
	catch (const Poco::Exception&)
	{
		// The peer is gone already, or the service is being ended.
	}
}

bool EchoService::step(Connection& connection)
{
	constexpr std::size_t CHUNK = 256UL * 1024;
	const int descriptor = connection.socket.impl()->sockfd();
	if (connection.rest.empty())
	{
		connection.rest.resize(CHUNK);
		const ssize_t got = ::recv(descriptor, connection.rest.data(), CHUNK, MSG_DONTWAIT);
		const bool again = got < 0 && errno == EAGAIN;
		connection.rest.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
		if (got <= 0) return again;
	}
	const ssize_t sent =
		::send(descriptor, connection.rest.data(), connection.rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0) return errno == EAGAIN;
	connection.rest.erase(0, static_cast<std::size_t>(sent));
	return true;
}

} // namespace Bore::Test
