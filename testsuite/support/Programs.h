//
// Programs.h
//
// bore-server and bore-client as their users run them.
//

#ifndef Bore_Test_Programs_INCLUDED
#define Bore_Test_Programs_INCLUDED

#include "testsuite/support/ChildProcess.h"

#include <cstdint>
#include <string>

namespace Bore::Test
{

[[nodiscard]] ChildProcess::Arguments withQuietPorts(ChildProcess::Arguments serverArguments = {});
/// The same, for tunnels from RunningServer::LEAST_PORT to MOST_PORT.

[[nodiscard]] std::uint16_t quietPort();
/// A free port for the control connections of a server that comes later, or
/// comes back: the kernel gives it to nobody meanwhile (the ephemeral ports
/// lie above), nor does a server to a tunnel, nor this to another suite that
/// runs at the same time. Fails the test if there is none.

class ServerProgram : public ChildProcess
/// A bore-server on a free control port. For one thread.
{
public:
	explicit ServerProgram(const Arguments& more = {}, const Environment& environment = {},
		const std::string& address = "127.0.0.1");
	/// Returns once it listens. An empty address: all of them. More
	/// arguments must leave the log level at information at least.

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }
	/// The control port.

private:
	std::uint16_t _port;
};

class ClientProgram : public ChildProcess
/// A bore-client between a server and a service of this machine. For one
/// thread.
{
public:
	ClientProgram(std::uint16_t localPort, std::uint16_t serverPort, const Arguments& more = {},
		const Environment& environment = {}, const std::string& serverHost = "127.0.0.1");
	/// Returns at once.

	[[nodiscard]] const std::string& address();
	/// The public address: the first line of its stdout, once it is there.

	[[nodiscard]] std::uint16_t port();
	/// The port of address().

private:
	std::string _address;
};

} // namespace Bore::Test

#endif // Bore_Test_Programs_INCLUDED
