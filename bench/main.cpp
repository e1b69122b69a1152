//
// main.cpp
//
// bore-bench: the load generator and what it needs. See README.md.
//

#include "Shared/ExitCode.h"
#include "Shared/ProcessSetup.h"
#include "bench/DelayProxy.h"
#include "bench/Exchanges.h"
#include "bench/Handshakes.h"
#include "bench/IdleConnections.h"
#include "bench/ManyTunnels.h"
#include "bench/Options.h"
#include "bench/Service.h"
#include "bench/Throughput.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

namespace Bore::Bench
{
namespace
{

constexpr const char* USAGE = R"(usage: bore-bench COMMAND [OPTION]...

  service                                  the service under test, on a free port
  delay --to H:P --milliseconds N          proxy that delays by so much each way; listens on
        [--listen H:P]                     a free port of 127.0.0.1
  throughput --to H:P --streams N --direction up|down --seconds S
  rtt --to H:P --bytes N --seconds S       round trips of a message of so many bytes
  connect --to H:P --at-once N --seconds S
  first-byte --to H:P --count N            from connect to the first byte of the answer
  handshakes --to H:P --beside H:P         control or data connections to two bore servers in
        --secret-file F --count N          turn, until they are let in
        --kind control|data
  idle --to H:P --count N                  holds so many connections
  tunnels --to H:P --count N               holds so many tunnels of a bore server

Each result is one line of JSON; times are in microseconds. service, delay, idle
and tunnels print a line once they are ready, and go on until standard input ends.
)";

struct Command
{
	const char* name;
	std::vector<std::string> options;
	std::function<void(const Options&)> run;
};

void print(const Poco::JSON::Object& object)
{
	object.stringify(std::cout);
	std::cout << std::endl;
}

void printReady(const char* key, std::uint64_t value)
{
	Poco::JSON::Object object;
	object.set("ready", true);
	object.set(key, value);
	print(object);
}

void awaitEndOfInput()
{
	char byte = 0;
	while (::read(STDIN_FILENO, &byte, 1) > 0)
	{
	}
}

void runService(const Options&)
{
	const Service service;
	printReady("port", service.port());
	awaitEndOfInput();
}

void runDelay(const Options& options)
{
	const auto listen =
		options.has("listen") ? options.address("listen") : Poco::Net::SocketAddress("127.0.0.1", 0);
	DelayProxy proxy(
		listen, options.address("to"), std::chrono::milliseconds(options.number("milliseconds")));
	printReady("port", proxy.port());
	proxy.serve(STDIN_FILENO);
}

void runThroughput(const Options& options)
{
	const std::string direction = options.text("direction");
	if (direction != "up" && direction != "down") throw UsageException("--direction must be up or down");
	Throughput throughput(options.address("to"), options.number("streams"),
		direction == "up" ? Throughput::Direction::Up : Throughput::Direction::Down);
	print(throughput.measure(options.seconds("seconds")));
}

void runHandshakes(const Options& options)
{
	const std::string kind = options.text("kind");
	if (kind != "control" && kind != "data") throw UsageException("--kind must be control or data");
	const Handshakes handshakes(
		options.address("to"), options.address("beside"), Secret::fromFile(options.text("secret-file")));
	print(handshakes.measure(
		kind == "control" ? Handshakes::Kind::Control : Handshakes::Kind::Data, options.number("count")));
}

void runIdle(const Options& options)
{
	const std::uint32_t count = options.number("count");
	const IdleConnections connections(options.address("to"), count);
	printReady("count", count);
	awaitEndOfInput();
	Poco::JSON::Object result;
	result.set("alive", connections.alive());
	print(result);
}

void runTunnels(const Options& options)
{
	const std::uint32_t count = options.number("count");
	ManyTunnels tunnels(options.address("to"), count);
	printReady("count", count);
	tunnels.listen(STDIN_FILENO);
	Poco::JSON::Object result;
	result.set("heartbeats", tunnels.heartbeats());
	result.set("lost", tunnels.lost());
	print(result);
}

std::vector<Command> commands()
{
	return {
		{"service", {}, runService},
		{"delay", {"to", "milliseconds", "listen"}, runDelay},
		{"throughput", {"to", "streams", "direction", "seconds"}, runThroughput},
		{"rtt", {"to", "bytes", "seconds"},
			[](const Options& options) {
				print(measureRoundTrips(
					options.address("to"), options.number("bytes"), options.seconds("seconds")));
			}},
		{"connect", {"to", "at-once", "seconds"},
			[](const Options& options) {
				print(measureConnections(
					options.address("to"), options.number("at-once"), options.seconds("seconds")));
			}},
		{"first-byte", {"to", "count"},
			[](const Options& options)
			{ print(measureFirstBytes(options.address("to"), options.number("count"))); }},
		{"handshakes", {"to", "beside", "secret-file", "kind", "count"}, runHandshakes},
		{"idle", {"to", "count"}, runIdle},
		{"tunnels", {"to", "count"}, runTunnels},
	};
}

void run(const std::vector<std::string>& words)
{
	if (words.empty()) throw UsageException("no command given: see bore-bench --help");
	for (const Command& command : commands())
	{
		if (command.name != words.front()) continue;
		const Options options({words.begin() + 1, words.end()}, command.options);
		command.run(options);
		return;
	}
	throw UsageException("unknown command " + words.front() + ": see bore-bench --help");
}

int guardedRun(const std::vector<std::string>& words)
{
	try
	{
		run(words);
		return static_cast<int>(ExitCode::Ok);
	}
	catch (const UsageException& exception)
	{
		std::cerr << "bore-bench: " << exception.what() << std::endl;
		return static_cast<int>(ExitCode::Usage);
	}
	catch (const Poco::Exception& exception)
	{
		std::cerr << "bore-bench: " << exception.displayText() << std::endl;
	}
	catch (const std::exception& exception)
	{
		std::cerr << "bore-bench: " << exception.what() << std::endl;
	}
	return static_cast<int>(ExitCode::Internal);
}

} // namespace
} // namespace Bore::Bench

int main(int argc, char** argv)
{
	const std::vector<std::string> words(argv + 1, argv + argc);
	if (!words.empty() && (words.front() == "--help" || words.front() == "-h"))
	{
		std::cout << Bore::Bench::USAGE;
		return 0;
	}
	std::signal(SIGPIPE, SIG_IGN);
	static_cast<void>(Bore::raiseDescriptorLimit());
	return Bore::Bench::guardedRun(words);
}
