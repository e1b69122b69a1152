//
// LoopbackPairs.cpp
//

#include "testsuite/support/LoopbackPairs.h"

#include "testsuite/support/Eventually.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>

namespace Bore::Test
{

LoopbackPairs::LoopbackPairs(const LoopbackBuffers& buffers)
	: _buffers(buffers)
{
	// POCO's shorter ways set SO_REUSEPORT, by which two listeners share a port.
	_listener.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
	// Sizes must be known before the handshake, which fixes the window's scale.
	if (_buffers.farSend > 0) _listener.setSendBufferSize(_buffers.farSend);
	if (_buffers.farReceive > 0) _listener.setReceiveBufferSize(_buffers.farReceive);
	_listener.listen(64);
}

void LoopbackPairs::secure(const TlsContexts& contexts)
{
	_contexts = std::make_shared<const TlsContexts>(contexts);
}

LoopbackPair LoopbackPairs::make()
{
	LoopbackPair pair;
	pair.near.init(AF_INET);
	if (_buffers.nearSend > 0) pair.near.setSendBufferSize(_buffers.nearSend);
	if (_buffers.nearReceive > 0) pair.near.setReceiveBufferSize(_buffers.nearReceive);
	pair.near.connect(_listener.address(), Poco::Timespan(PATIENCE.count(), 0));
	pair.far = _listener.acceptConnection();
	pair.near.setNoDelay(true);
	pair.far.setNoDelay(true);
	if (_contexts) pair = secured(pair, *_contexts);
	return pair;
}

} // namespace Bore::Test
