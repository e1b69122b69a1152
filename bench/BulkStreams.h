//
// BulkStreams.h
//
// The service's side of throughput.
//

#ifndef Bore_Bench_BulkStreams_INCLUDED
#define Bore_Bench_BulkStreams_INCLUDED

#include "bench/ServiceProtocol.h"
#include "bench/Socket.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace Bore::Bench
{

class BulkStreams
/// Gives each stream that discards, sends or counts a thread of its own:
/// nothing is quicker than one blocking call per block, and there are at
/// most some dozens. The destructor ends them all.
{
public:
	BulkStreams() = default;
	BulkStreams(const BulkStreams&) = delete;
	BulkStreams& operator=(const BulkStreams&) = delete;
	~BulkStreams();

	void start(Socket socket, Mode mode);
	/// Takes a connection whose first byte has been read. Any thread.

private:
	struct Total
	{
		std::atomic<std::uint64_t> bytes{0};
		std::atomic<std::uint64_t> streams{0};
	};

	struct Stream
	{
		Socket socket;
		std::atomic<bool> done{false};
		std::thread thread;
	};

	void carry(const Socket& socket, Mode mode);
	[[nodiscard]] std::shared_ptr<Total> total(RunNumber run);
	static void discard(const Socket& socket, Total& total);
	static void send(const Socket& socket);
	static void count(const Socket& socket, const Total& total);

	std::mutex _mutex;
	std::list<Stream> _streams;                          // guarded by _mutex
	std::map<RunNumber, std::shared_ptr<Total>> _totals; // guarded by _mutex
};

} // namespace Bore::Bench

#endif // Bore_Bench_BulkStreams_INCLUDED
