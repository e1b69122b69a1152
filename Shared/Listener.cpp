//
// Listener.cpp
//

#include "Shared/Listener.h"

#include "Shared/SocketOptions.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>

#include <cerrno>
#include <system_error>

namespace Bore
{

namespace
{

using Poco::Net::IPAddress;
using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

constexpr int BACKLOG = 4096; // visitors that wait for accept; the kernel cuts it to its own limit

ServerSocket open(const IPAddress& address, std::uint16_t port, bool v6Only, const Keepalive& keepalive)
{
	try
	{
		ServerSocket socket;
		const SocketAddress local(address, port);
		if (address.family() == IPAddress::IPv6)
			socket.bind6(local, true, false, v6Only);
		else
			socket.bind(local, true, false);
		// Every accepted connection inherits them, which saves it calls.
		socket.setNoDelay(true);
		socket.setKeepAlive(true);
		tuneKeepalive(socket, keepalive);
		easeLoopback(socket, address);
		socket.listen(BACKLOG);
		return socket;
	}
	catch (const Poco::Exception& error)
	{
		throw std::system_error(error.code() != 0 ? error.code() : EIO, std::generic_category());
	}
}

} // namespace

ServerSocket listenOn(const std::string& address, std::uint16_t port, const Keepalive& keepalive)
{
	if (!address.empty())
	{
		// "::" is all addresses, as for the original; any other IPv6 address is itself alone.
		const IPAddress local(address);
		return open(local, port, !local.isWildcard(), keepalive);
	}
	try
	{
		return open(IPAddress(IPAddress::IPv6), port, false, keepalive);
	}
	catch (const std::system_error& error)
	{
		if (error.code().value() != EAFNOSUPPORT && error.code().value() != EADDRNOTAVAIL) throw;
		return open(IPAddress(IPAddress::IPv4), port, true, keepalive);
	}
}

} // namespace Bore
