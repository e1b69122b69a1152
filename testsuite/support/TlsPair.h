//
// TlsPair.h
//
// TLS connections whose two ends a test holds.
//

#ifndef Bore_Test_TlsPair_INCLUDED
#define Bore_Test_TlsPair_INCLUDED

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

namespace Bore::Test
{

struct LoopbackPair
/// The two ends of one connection.
{
	Poco::Net::StreamSocket near; /// given to the code under test
	Poco::Net::StreamSocket far;  /// the test's own
};

struct TlsContexts
/// What the two sides of a connection are made with.
{
	Poco::Net::Context::Ptr client;
	Poco::Net::Context::Ptr server;

	[[nodiscard]] static const TlsContexts& trusting();
	/// For tests that are about something else: a server with a certificate
	/// made for this process, and a client that verifies nothing.
};

[[nodiscard]] Poco::Net::StreamSocket tlsOver(
	const Poco::Net::StreamSocket& plain, const Poco::Net::Context::Ptr& context);
/// A TLS connection whose handshake has not begun.

[[nodiscard]] LoopbackPair secured(const LoopbackPair& plain, const TlsContexts& contexts);
/// The same connection with TLS, past its handshake: the near end is the client.
/// Fails the test where they do not agree.

} // namespace Bore::Test

#endif // Bore_Test_TlsPair_INCLUDED
