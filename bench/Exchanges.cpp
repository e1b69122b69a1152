//
// Exchanges.cpp
//

#include "bench/Exchanges.h"

#include "bench/Dialler.h"
#include "bench/Latencies.h"
#include "bench/ServiceProtocol.h"

#include <exception>
#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace Bore::Bench
{

namespace
{

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint32_t FAILURES_IN_A_ROW = 100; // then nobody answers there, and more tries say no more
constexpr Duration PAUSE = std::chrono::milliseconds(20);

Duration exchange(Dialler& dialler)
{
	const auto start = SteadyClock::now();
	const Socket socket = dialler.dial();
	const Mode mode = Mode::Answer;
	socket.sendAll(&mode, sizeof(mode));
	char answer = 0;
	socket.receiveAll(&answer, sizeof(answer));
	return SteadyClock::now() - start;
}

struct Visits
/// What one thread has measured.
{
	Latencies latencies;
	std::uint64_t failures = 0;
	bool gaveUp = false;
	std::string failure; /// the last one, for the user
};

void visit(Visits& visits, Dialler dialler, TimePoint end)
{
	std::uint32_t inARow = 0;
	while (SteadyClock::now() < end && inARow < FAILURES_IN_A_ROW)
	{
		try
		{
			visits.latencies.add(exchange(dialler));
			inARow = 0;
		}
		catch (const std::exception& exception)
		{
			visits.failure = exception.what();
			++visits.failures;
			++inARow;
		}
	}
	visits.gaveUp = inARow == FAILURES_IN_A_ROW;
}

} // namespace

Poco::JSON::Object measureRoundTrips(const Poco::Net::SocketAddress& to, std::uint32_t bytes, Duration window)
{
	const Socket socket = Dialler(to).dial();
	const Mode mode = Mode::Echo;
	socket.sendAll(&mode, sizeof(mode));
	const std::vector<char> message(bytes, 'r');
	std::vector<char> answer(bytes);
	Latencies latencies;
	const auto end = SteadyClock::now() + window;
	// The first finds cold caches, and the connection perhaps not yet through.
	bool first = true;
	for (auto start = SteadyClock::now(); start < end || latencies.count() == 0; first = false)
	{
		socket.sendAll(message.data(), message.size());
		socket.receiveAll(answer.data(), answer.size());
		if (answer != message) throw std::runtime_error("the echo differs from what was sent");
		const auto now = SteadyClock::now();
		if (!first) latencies.add(now - start);
		start = now;
	}
	Poco::JSON::Object result;
	result.set("bytes", bytes);
	latencies.describe(result);
	return result;
}

Poco::JSON::Object measureConnections(
	const Poco::Net::SocketAddress& to, std::uint32_t atOnce, Duration window)
{
	std::list<Visits> all;
	std::vector<std::thread> threads;
	std::vector<Dialler> diallers;
	threads.reserve(atOnce);
	for (std::uint32_t i = 0; i < atOnce; ++i) diallers.emplace_back(to, i);
	const auto start = SteadyClock::now();
	for (Dialler& dialler : diallers)
		threads.emplace_back(visit, std::ref(all.emplace_back()), std::move(dialler), start + window);
	for (std::thread& thread : threads) thread.join();
	const std::chrono::duration<double> seconds = SteadyClock::now() - start;

	Visits sum;
	for (const Visits& visits : all)
	{
		sum.latencies.add(visits.latencies);
		sum.failures += visits.failures;
		sum.gaveUp = sum.gaveUp || visits.gaveUp;
		if (visits.failures > 0) sum.failure = visits.failure;
	}
	if (sum.gaveUp)
		throw std::runtime_error("a hundred exchanges in a row failed, the last by: " + sum.failure);
	Poco::JSON::Object result;
	result.set("atOnce", atOnce);
	result.set("perSecond", static_cast<double>(sum.latencies.count()) / seconds.count());
	result.set("failures", sum.failures);
	result.set("lastFailure", sum.failure);
	sum.latencies.describe(result);
	return result;
}

Poco::JSON::Object measureFirstBytes(const Poco::Net::SocketAddress& to, std::uint32_t count)
{
	Dialler dialler(to);
	Latencies latencies;
	for (std::uint32_t i = 0; i < count; ++i)
	{
		if (i > 0) std::this_thread::sleep_for(PAUSE);
		latencies.add(exchange(dialler));
	}
	Poco::JSON::Object result;
	latencies.describe(result);
	return result;
}

} // namespace Bore::Bench
