//
// BulkStreams.cpp
//

#include "bench/BulkStreams.h"

#include <exception>
#include <vector>

namespace Bore::Bench
{

BulkStreams::~BulkStreams()
{
	for (Stream& stream : _streams) stream.socket.shutdown();
	for (Stream& stream : _streams) stream.thread.join();
}

void BulkStreams::start(Socket socket, Mode mode)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_streams.remove_if(
		[](Stream& stream)
		{
			if (!stream.done) return false;
			stream.thread.join();
			return true;
		});
	Stream& stream = _streams.emplace_back();
	stream.socket = std::move(socket);
	stream.thread = std::thread(
		[this, &stream, mode]
		{
			try
			{
				carry(stream.socket, mode);
			}
			catch (const std::exception&)
			{
				// The other end is gone, which is how every run ends.
			}
			stream.socket.shutdown();
			stream.done = true;
		});
}

void BulkStreams::carry(const Socket& socket, Mode mode)
{
	socket.setBlocking();
	RunNumber run = 0;
	socket.receiveAll(&run, sizeof(run));
	if (mode == Mode::Discard) discard(socket, *total(run));
	if (mode == Mode::Source) send(socket);
	if (mode == Mode::Count) count(socket, *total(run));
}

std::shared_ptr<BulkStreams::Total> BulkStreams::total(RunNumber run)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	auto& result = _totals[run];
	if (!result) result = std::make_shared<Total>();
	return result;
}

void BulkStreams::discard(const Socket& socket, Total& total)
{
	std::vector<char> block(BLOCK);
	std::size_t received = socket.receive(block.data(), block.size());
	if (received > 0) ++total.streams;
	while (received > 0)
	{
		total.bytes += received;
		received = socket.receive(block.data(), block.size());
	}
}

void BulkStreams::send(const Socket& socket)
{
	const std::vector<char> block(BLOCK, 's');
	char go = 0;
	socket.sendAll(block.data(), 1);
	socket.receiveAll(&go, sizeof(go));
	for (;;) socket.sendAll(block.data(), block.size());
}

void BulkStreams::count(const Socket& socket, const Total& total)
{
	char question = 0;
	while (socket.receive(&question, 1) == 1)
	{
		const auto now = std::chrono::steady_clock::now().time_since_epoch();
		const Report report{std::chrono::nanoseconds(now).count(), total.bytes, total.streams};
		socket.sendAll(&report, sizeof(report));
	}
}

} // namespace Bore::Bench
