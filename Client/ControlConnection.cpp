//
// ControlConnection.cpp
//

#include "Client/ControlConnection.h"

#include "Client/ClientConfig.h"
#include "Client/SessionFailure.h"
#include "Client/Transport.h"
#include "Shared/Connector.h"
#include "Shared/Extension.h"
#include "Shared/HostPort.h"
#include "Shared/ProtocolException.h"
#include "Shared/StreamIo.h"

#include <Poco/Exception.h>

#include <sys/socket.h>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds CONNECT_TIMEOUT{10};
constexpr std::chrono::milliseconds GOODBYE_TIMEOUT{200};
// Only the send buffer of a dead connection has no room for it at once.

} // namespace

ControlConnection::ControlConnection(
	const ClientConfig& config, const Connector& connector, Transport& transport, const Clock& clock)
	: _config(config)
	, _connector(connector)
	, _transport(transport)
	, _clock(clock)
	, _serverName(formatHostPort(config.serverHost, config.serverPort))
{
}

ControlConnection::~ControlConnection()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_socket) _socket->close();
}

void ControlConnection::connect()
{
	try
	{
		const auto socket =
			_connector.connect(_config.serverHost, _config.serverPort, _clock.now() + CONNECT_TIMEOUT);
		_server = socket.peerAddress();
		_frames.emplace(socket, _clock);
		use(socket);
		if (isStopped()) throw SessionFailure(ExitCode::Lost, "stopped");
	}
	catch (const ConnectException& error)
	{
		std::string text = "could not connect to " + _serverName + ": " + error.what();
		if (error.reason() != ConnectException::Reason::Resolve)
			text += " (is bore-server running there, and may its port be reached?)";
		throw SessionFailure(ExitCode::Unreachable, text);
	}
	catch (const Poco::Exception& error)
	{
		throw SessionFailure(
			ExitCode::Unreachable, "could not connect to " + _serverName + ": " + error.displayText());
	}
}

void ControlConnection::secure(TimePoint deadline)
{
	_transport.warnOnce(_server);
	if (!_transport.isSecure()) return;
	try
	{
		const auto socket = _transport.secure(_frames->socket(), deadline);
		_frames->socket() = socket;
		use(socket);
	}
	catch (const TlsException& error)
	{
		// A certificate can be replaced while we are away: later attempts may succeed.
		throw SessionFailure::noTls(
			ExitCode::AuthRefused, "no TLS with " + _serverName + ": " + error.what());
	}
	catch (const PeerGoneException& error)
	{
		throw SessionFailure::noTls(
			ExitCode::Unreachable, "no TLS with " + _serverName + ": " + error.what());
	}
	catch (const PeerTimeoutException& error)
	{
		throw SessionFailure(ExitCode::Unreachable, _serverName + ": " + error.what());
	}
}

void ControlConnection::use(const Poco::Net::StreamSocket& socket)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_socket = socket;
}

void ControlConnection::sayGoodbye() noexcept
{
	try
	{
		_frames->send(format(ClientSign{Goodbye{}}), _clock.now() + GOODBYE_TIMEOUT);
		static_cast<void>(endSending(_frames->socket()));
		::shutdown(_frames->socket().impl()->sockfd(), SHUT_RDWR);
	}
	catch (const std::exception&)
	{
		// The server has gone by itself.
	}
}

void ControlConnection::stop() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	// The end of what is received ends every wait but one to send, and
	// leaves the way open for the Goodbye.
	if (_socket) ::shutdown(_socket->impl()->sockfd(), _stopped ? SHUT_RDWR : SHUT_RD);
	_stopped = true;
}

bool ControlConnection::isStopped() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _stopped;
}

} // namespace Bore
