//
// Programs.cpp
//

#include "testsuite/support/Programs.h"

#include "testsuite/support/RunningServer.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <atomic>
#include <cppunit/TestAssert.h>
#include <unistd.h>

namespace Bore::Test
{

namespace
{

constexpr char LISTENING[] = "listening on ";

std::uint16_t portAtEndOf(const std::string& address)
{
	const std::string port = address.substr(address.rfind(':') + 1);
	if (port.empty() || port.find_first_not_of("0123456789") != std::string::npos)
		CPPUNIT_FAIL("no HOST:PORT: \"" + address + "\"");
	return static_cast<std::uint16_t>(std::stoul(port));
}

ChildProcess::Arguments serverArguments(const ChildProcess::Arguments& more, const std::string& address)
{
	ChildProcess::Arguments arguments{"--control-port", "0"};
	if (!address.empty()) arguments.insert(arguments.end(), {"--bind-addr", address});
	arguments.insert(arguments.end(), more.begin(), more.end());
	return arguments;
}

ChildProcess::Arguments clientArguments(
	std::uint16_t localPort, const std::string& server, const ChildProcess::Arguments& more)
{
	ChildProcess::Arguments arguments{std::to_string(localPort), "--local-host", "127.0.0.1", "--to", server};
	arguments.insert(arguments.end(), more.begin(), more.end());
	return arguments;
}

} // namespace

ChildProcess::Arguments withQuietPorts(ChildProcess::Arguments serverArguments)
{
	serverArguments.insert(
		serverArguments.end(), {"--min-port", std::to_string(RunningServer::LEAST_PORT), "--max-port",
								   std::to_string(RunningServer::MOST_PORT)});
	return serverArguments;
}

std::uint16_t quietPort()
{
	constexpr std::uint16_t LEAST = 2000;
	constexpr std::uint16_t COUNT = RunningServer::LEAST_PORT - LEAST;
	static std::atomic<std::uint32_t> next{static_cast<std::uint32_t>(::getpid()) * 7};
	for (std::uint16_t attempt = 0; attempt < COUNT; ++attempt)
	{
		const auto port = static_cast<std::uint16_t>(LEAST + next++ % COUNT);
		try
		{
			Poco::Net::ServerSocket().bind(Poco::Net::SocketAddress("127.0.0.1", port), true);
			return port;
		}
		catch (const Poco::Net::NetException&)
		{
			continue;
		}
	}
	CPPUNIT_FAIL("no free port");
	return 0;
}

ServerProgram::ServerProgram(
	const Arguments& more, const Environment& environment, const std::string& address)
	: ChildProcess(BORE_SERVER_BINARY, serverArguments(more, address), environment)
{
	std::string line = readLineWith(Output::Stderr, LISTENING);
	line.erase(0, line.find(LISTENING) + sizeof(LISTENING) - 1);
	_port = portAtEndOf(line.substr(0, line.find(',')));
}

ClientProgram::ClientProgram(std::uint16_t localPort, std::uint16_t serverPort, const Arguments& more,
	const Environment& environment, const std::string& serverHost)
	: ChildProcess(BORE_CLIENT_BINARY,
		  clientArguments(localPort, serverHost + ":" + std::to_string(serverPort), more), environment)
{
}

const std::string& ClientProgram::address()
{
	if (_address.empty()) _address = readLine(Output::Stdout);
	return _address;
}

std::uint16_t ClientProgram::port()
{
	return portAtEndOf(address());
}

} // namespace Bore::Test
