//
// ControlPort.h
//
// A port that clients connect to.
//

#ifndef Bore_Server_ControlPort_INCLUDED
#define Bore_Server_ControlPort_INCLUDED

#include "Server/AcceptingSocket.h"
#include "Server/ServerContext.h"
#include "Shared/Keepalive.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <mutex>
#include <string>

namespace Bore
{

class TlsServer;

class ControlPort
/// POCO's TCPServer on a listener, with a pool of its own: whoever comes is
/// handed to the server's handshakes. For the thread that has the server,
/// unless a method says otherwise.
{
public:
	ControlPort(const std::string& name, const Poco::Net::ServerSocket& listener,
		const ServerContext& context, const TlsServer* tls = nullptr);
	/// Connections wait for start(). The name is for the log. With `tls`, which
	/// must outlive this, they are TLS connections. The listener is taken over
	/// by another descriptor. Throws std::system_error or Poco::SystemException
	/// where there are none, or no threads.

	ControlPort(const ControlPort&) = delete;
	ControlPort& operator=(const ControlPort&) = delete;

	void start() { _server.start(); }

	void stop() noexcept;
	/// Accepts nobody any more. At any time, again and again.

	void close() noexcept;
	/// Has nobody wait to be accepted, either. After stop().

	void tune(const Keepalive& keepalive) noexcept;
	/// Of connections to come. Any thread.

	[[nodiscard]] bool isSecure() const noexcept { return _isSecure; }
	/// Whether it is for TLS.

	[[nodiscard]] const Poco::Net::SocketAddress& address() const noexcept { return _address; }

private:
	const Poco::Net::SocketAddress _address;
	const bool _isSecure;
	Poco::ThreadPool _noConnections; // TCPServer asks for one, and uses none of its threads here
	std::mutex _mutex;               // guards closing the listener against its use by tune()
	AcceptingSocket _listener;
	bool _isClosed = false; // the listener
	Poco::Net::TCPServer _server;
};

} // namespace Bore

#endif // Bore_Server_ControlPort_INCLUDED
