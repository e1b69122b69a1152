//
// Transfer.h
//
// Large streams through sockets, each end on a thread of its own.
//

#ifndef Bore_Test_Transfer_INCLUDED
#define Bore_Test_Transfer_INCLUDED

#include <Poco/Net/StreamSocket.h>
#include <cstddef>
#include <cstdint>
#include <future>

namespace Bore::Test
{

class Transfer
/// Sends, or receives and checks, the ByteSource stream of a seed, on a
/// thread of its own. A socket that makes no progress for PATIENCE fails
/// the test, as does a byte that differs. One transfer each way may use a
/// socket at once. The destructor waits for the thread.
{
public:
	[[nodiscard]] static Transfer send(
		const Poco::Net::StreamSocket& socket, std::uint64_t seed, std::uint64_t bytes);
	/// Sends so many bytes, then the end of the stream.

	[[nodiscard]] static Transfer receive(const Poco::Net::StreamSocket& socket, std::uint64_t seed,
		std::uint64_t bytes, std::size_t chunk = 256UL * 1024);
	/// Expects so many bytes, read `chunk` at most at a time, then the end of the stream.

	void await();
	/// Waits until it is done. Throws its failure, if it failed.

	[[nodiscard]] bool isDone() const;
	/// True once await() would not wait.

private:
	explicit Transfer(std::future<void> done);

	std::future<void> _done;
};

} // namespace Bore::Test

#endif // Bore_Test_Transfer_INCLUDED
