//
// TlsPair.cpp
//

#include "testsuite/support/TlsPair.h"

#include "Shared/Clock.h"
#include "Shared/TlsContextBuilder.h"
#include "Shared/TlsStream.h"
#include "testsuite/support/Eventually.h"
#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/TestAuthority.h"

#include <cppunit/TestAssert.h>
#include <poll.h>

namespace Bore::Test
{

using Poco::Net::Context;
using Poco::Net::StreamSocket;

const TlsContexts& TlsContexts::trusting()
{
	static const TlsContexts contexts = []
	{
		const TemporaryDirectory directory;
		const auto files = TestAuthority(directory).issue({});
		TlsContextBuilder accepting(Context::SERVER_USE);
		accepting.identify(files.certificate, files.key, Permissions::Strict);
		const TlsContextBuilder dialling(Context::CLIENT_USE);
		return TlsContexts{dialling.context(), accepting.context()};
	}();
	return contexts;
}

StreamSocket tlsOver(const StreamSocket& plain, const Context::Ptr& context)
{
	return StreamSocket(new TlsStream(plain, context));
}

LoopbackPair secured(const LoopbackPair& plain, const TlsContexts& contexts)
{
	LoopbackPair pair{tlsOver(plain.near, contexts.client), tlsOver(plain.far, contexts.server)};
	const TimePoint deadline = Clock::system().now() + PATIENCE;
	for (;;)
	{
		const Io near = TlsStream::of(pair.near)->shakeHands();
		const Io far = TlsStream::of(pair.far)->shakeHands();
		if (near == Io::Failed) CPPUNIT_FAIL("the client: " + failureOf(pair.near, 0));
		if (far == Io::Failed) CPPUNIT_FAIL("the server: " + failureOf(pair.far, 0));
		if (near == Io::Moved && far == Io::Moved) return pair;
		CPPUNIT_ASSERT_MESSAGE("the handshake does not end", Clock::system().now() < deadline);
		::poll(nullptr, 0, 1);
	}
}

} // namespace Bore::Test
