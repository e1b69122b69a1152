//
// IdleConnections.cpp
//

#include "bench/IdleConnections.h"

#include "bench/Dialler.h"
#include "bench/ServiceProtocol.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

namespace Bore::Bench
{

namespace
{

constexpr std::size_t AT_ONCE = 16;

Socket openOne(Dialler& dialler)
{
	Socket socket = dialler.dial();
	const char sent[] = {static_cast<char>(Mode::Echo), 'i'};
	socket.sendAll(sent, sizeof(sent));
	char answer = 0;
	socket.receiveAll(&answer, sizeof(answer));
	if (answer != 'i') throw std::runtime_error("the echo differs from what was sent");
	return socket;
}

bool isAlive(const Socket& socket)
{
	try
	{
		char byte = 0;
		return !socket.tryReceive(&byte, sizeof(byte)).has_value();
	}
	catch (const std::exception&)
	{
		return false; // reset
	}
}

} // namespace

IdleConnections::IdleConnections(const Poco::Net::SocketAddress& to, std::uint32_t count)
	: _connections(count)
{
	std::vector<std::string> failures(AT_ONCE);
	std::vector<std::thread> threads;
	for (std::size_t number = 0; number < AT_ONCE; ++number)
		threads.emplace_back(
			[this, &to, &failures, number]
			{
				try
				{
					Dialler dialler(to, number);
					for (std::size_t i = number; i < _connections.size(); i += AT_ONCE)
						_connections[i] = openOne(dialler);
				}
				catch (const std::exception& exception)
				{
					failures[number] = exception.what();
				}
			});
	for (std::thread& thread : threads) thread.join();
	for (const std::string& failure : failures)
		if (!failure.empty()) throw std::runtime_error("an idle connection could not be opened: " + failure);
}

std::size_t IdleConnections::alive() const
{
	return static_cast<std::size_t>(std::count_if(_connections.begin(), _connections.end(), isAlive));
}

} // namespace Bore::Bench
