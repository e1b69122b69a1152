//
// Throughput.cpp
//

#include "bench/Throughput.h"

#include <exception>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace Bore::Bench
{

namespace
{

constexpr Duration START_TIMEOUT = std::chrono::seconds(20);
constexpr Duration START_POLL = std::chrono::milliseconds(2);
constexpr Duration WARM_UP = std::chrono::milliseconds(100);
constexpr double BYTES_PER_MEGABYTE = 1e6;

RunNumber randomRun()
{
	std::random_device source;
	RunNumber result = source();
	result = (result << 32U) | source();
	return result;
}

} // namespace

Throughput::Throughput(const Poco::Net::SocketAddress& to, std::uint32_t streams, Direction direction)
	: _direction(direction)
	, _count(streams)
	, _run(randomRun())
	, _dialler(to)
{
	if (_direction == Direction::Up)
	{
		_reports = _dialler.dial();
		open(_reports, Mode::Count);
	}
	for (std::uint32_t i = 0; i < _count; ++i)
	{
		Lane& lane = _lanes.emplace_back();
		lane.socket = _dialler.dial();
		open(lane.socket, _direction == Direction::Up ? Mode::Discard : Mode::Source);
		char first = 'f';
		if (_direction == Direction::Up)
			lane.socket.sendAll(&first, sizeof(first));
		else
			lane.socket.receiveAll(&first, sizeof(first));
	}
	if (_direction == Direction::Up) awaitAll();
}

Throughput::~Throughput()
{
	// All at once: one that is awaited while others still flow gets little of the processor.
	for (Lane& lane : _lanes)
	{
		// What still fills the buffers on the way is of no use to anybody.
		lane.socket.abortOnClose();
		lane.socket.shutdown();
	}
	for (Lane& lane : _lanes)
		if (lane.thread.joinable()) lane.thread.join();
}

void Throughput::open(const Socket& socket, Mode mode) const
{
	socket.sendAll(&mode, sizeof(mode));
	socket.sendAll(&_run, sizeof(_run));
}

void Throughput::awaitAll()
{
	const auto deadline = std::chrono::steady_clock::now() + START_TIMEOUT;
	for (Report report = read(); report.streams < _count; report = read())
	{
		if (std::chrono::steady_clock::now() > deadline)
			throw std::runtime_error("only " + std::to_string(report.streams) + " of " +
									 std::to_string(_count) + " streams reached the service within 20 s");
		std::this_thread::sleep_for(START_POLL);
	}
}

Poco::JSON::Object Throughput::measure(Duration window)
{
	for (Lane& lane : _lanes) start(lane);
	std::this_thread::sleep_for(WARM_UP);
	const Report begin = read();
	std::this_thread::sleep_for(window);
	const Report end = read();
	requireAll();

	const double seconds = static_cast<double>(end.nanoseconds - begin.nanoseconds) / 1e9;
	const auto bytes = static_cast<double>(end.bytes - begin.bytes);
	if (bytes <= 0) throw std::runtime_error("no byte arrived while it was measured");
	Poco::JSON::Object result;
	result.set("streams", _count);
	result.set("direction", _direction == Direction::Up ? "up" : "down");
	result.set("seconds", seconds);
	result.set("bytes", end.bytes - begin.bytes);
	result.set("bytesInAll", end.bytes);
	result.set("megabytesPerSecond", bytes / seconds / BYTES_PER_MEGABYTE);
	return result;
}

void Throughput::start(Lane& lane)
{
	lane.thread = std::thread(
		[this, &lane]
		{
			try
			{
				carry(lane);
			}
			catch (const std::exception&)
			{
				// Whether that was too early is for requireAll() to say.
			}
			lane.ended = true;
		});
}

void Throughput::carry(Lane& lane)
{
	std::vector<char> block(BLOCK, 'u');
	if (_direction == Direction::Up)
	{
		for (;;) lane.socket.sendAll(block.data(), block.size());
	}
	lane.socket.sendAll("g", 1);
	std::size_t received = lane.socket.receive(block.data(), block.size());
	while (received > 0)
	{
		lane.bytes += received;
		received = lane.socket.receive(block.data(), block.size());
	}
}

Report Throughput::read()
{
	Report result{};
	if (_direction == Direction::Up)
	{
		_reports.sendAll("?", 1);
		_reports.receiveAll(&result, sizeof(result));
		return result;
	}
	const auto now = std::chrono::steady_clock::now().time_since_epoch();
	result.nanoseconds = std::chrono::nanoseconds(now).count();
	for (const Lane& lane : _lanes) result.bytes += lane.bytes;
	return result;
}

void Throughput::requireAll() const
{
	for (const Lane& lane : _lanes)
		if (lane.ended) throw std::runtime_error("a stream ended before the measurement was over");
}

} // namespace Bore::Bench
