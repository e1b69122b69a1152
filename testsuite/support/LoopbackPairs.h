//
// LoopbackPairs.h
//
// TCP connections whose two ends a test holds.
//

#ifndef Bore_Test_LoopbackPairs_INCLUDED
#define Bore_Test_LoopbackPairs_INCLUDED

#include "testsuite/support/TlsPair.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <memory>

namespace Bore::Test
{

struct LoopbackBuffers
/// Sizes of socket buffers in bytes; 0 leaves them to the kernel.
{
	int nearSend = 0;
	int nearReceive = 0;
	int farSend = 0;
	int farReceive = 0;
};

class LoopbackPairs
/// Makes connected pairs over 127.0.0.1, perhaps with TLS. For one thread at a time.
{
public:
	explicit LoopbackPairs(const LoopbackBuffers& buffers = {});

	[[nodiscard]] LoopbackPair make();
	/// A fresh connection. Throws Poco::Exception.

	void secure(const TlsContexts& contexts);
	/// Pairs are TLS connections from now on, whose far end is the server's.

private:
	const LoopbackBuffers _buffers;
	std::shared_ptr<const TlsContexts> _contexts; // null: in the clear
	Poco::Net::ServerSocket _listener;
};

} // namespace Bore::Test

#endif // Bore_Test_LoopbackPairs_INCLUDED
