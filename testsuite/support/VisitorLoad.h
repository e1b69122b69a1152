//
// VisitorLoad.h
//
// Visitors of every kind, again and again.
//

#ifndef Bore_Test_VisitorLoad_INCLUDED
#define Bore_Test_VisitorLoad_INCLUDED

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <future>
#include <vector>

namespace Bore::Test
{

class VisitorLoad
/// Has visitors come to an EchoService behind a public port, each on one
/// of some threads, from construction until stop(): those with a word and
/// with a megabyte, those that end their stream first, that reset, and
/// that only stay a moment. For one thread, but for served().
{
public:
	enum class Failures
	{
		Fail,     /// a visitor that is not served well fails the test, at stop()
		Tolerated /// it comes again
	};

	VisitorLoad(std::uint16_t port, std::size_t threads, Failures failures);
	VisitorLoad(const VisitorLoad&) = delete;
	VisitorLoad& operator=(const VisitorLoad&) = delete;
	~VisitorLoad();

	void stop();
	/// Lets those that are there finish. Throws what one failed with.

	[[nodiscard]] std::size_t served() const noexcept { return _served; }
	/// How many visitors got what they came for. Any thread.

private:
	void run(std::uint64_t seed);

	const std::uint16_t _port;
	const Failures _failures;
	std::atomic<bool> _stopping{false};
	std::atomic<std::size_t> _served{0};
	std::vector<std::future<void>> _threads;
};

} // namespace Bore::Test

#endif // Bore_Test_VisitorLoad_INCLUDED
