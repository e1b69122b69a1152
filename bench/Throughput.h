//
// Throughput.h
//
// Bytes per second of several streams in one direction.
//

#ifndef Bore_Bench_Throughput_INCLUDED
#define Bore_Bench_Throughput_INCLUDED

#include "Shared/Clock.h"
#include "bench/Dialler.h"
#include "bench/ServiceProtocol.h"
#include "bench/Socket.h"

#include <Poco/JSON/Object.h>
#include <Poco/Net/SocketAddress.h>

#include <atomic>
#include <cstdint>
#include <list>
#include <thread>

namespace Bore::Bench
{

class Throughput
/// Runs streams, each on a thread of its own, and counts what arrives, at
/// the receiving end and only after every stream has delivered a byte and
/// all have run together for 0.1 s.
/// Down, the receiving end is here. Up, it is the service, which reports
/// its count and the time of counting over one more connection, so that
/// nothing that merely lies in a buffer on the way is counted.
{
public:
	enum class Direction
	{
		Up,  /// to the service
		Down /// from the service
	};

	Throughput(const Poco::Net::SocketAddress& to, std::uint32_t streams, Direction direction);
	/// Opens the connections, each proved by one byte. Throws
	/// std::system_error, or std::runtime_error if one does not get through.

	Throughput(const Throughput&) = delete;
	Throughput& operator=(const Throughput&) = delete;
	~Throughput();

	[[nodiscard]] Poco::JSON::Object measure(Duration window);
	/// Once only. Throws std::runtime_error if a stream ends early.

private:
	struct Lane
	{
		Socket socket;
		std::atomic<std::uint64_t> bytes{0};
		std::atomic<bool> ended{false};
		std::thread thread;
	};

	void open(const Socket& socket, Mode mode) const;
	void awaitAll();
	void start(Lane& lane);
	void carry(Lane& lane);
	[[nodiscard]] Report read();
	void requireAll() const;

	Direction _direction;
	std::uint32_t _count;
	RunNumber _run;
	Dialler _dialler;
	Socket _reports; /// up only
	std::list<Lane> _lanes;
};

} // namespace Bore::Bench

#endif // Bore_Bench_Throughput_INCLUDED
