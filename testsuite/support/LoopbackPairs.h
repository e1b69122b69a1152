//
// LoopbackPairs.h
//
// TCP connections whose two ends a test holds.
//

#ifndef Bore_Test_LoopbackPairs_INCLUDED
#define Bore_Test_LoopbackPairs_INCLUDED

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

namespace Bore::Test
{

struct LoopbackPair
/// The two ends of one connection.
{
	Poco::Net::StreamSocket near; /// given to the code under test
	Poco::Net::StreamSocket far;  /// the test's own
};

struct LoopbackBuffers
/// Sizes of socket buffers in bytes; 0 leaves them to the kernel.
{
	int nearSend = 0;
	int nearReceive = 0;
	int farSend = 0;
	int farReceive = 0;
};

class LoopbackPairs
/// Makes connected pairs over 127.0.0.1. For one thread at a time.
{
public:
	explicit LoopbackPairs(const LoopbackBuffers& buffers = {});

	[[nodiscard]] LoopbackPair make();
	/// A fresh connection. Throws Poco::Exception.

private:
	const LoopbackBuffers _buffers;
	Poco::Net::ServerSocket _listener;
};

} // namespace Bore::Test

#endif // Bore_Test_LoopbackPairs_INCLUDED
