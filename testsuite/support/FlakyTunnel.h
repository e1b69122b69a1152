//
// FlakyTunnel.h
//
// A server, and clients and visitors that may meet faults.
//

#ifndef Bore_Test_FlakyTunnel_INCLUDED
#define Bore_Test_FlakyTunnel_INCLUDED

#include "testsuite/support/EchoService.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace Bore::Test
{

class FlakyTunnel
/// One server in this process, with a secret, that has to outlive every
/// fault, and an EchoService. What a client and a visitor get under a fault
/// (see CallFaults) is judged here. For one thread.
{
public:
	enum class Expected
	{
		Service,       /// everything works
		ServiceOrAnEnd /// it works, or whoever waits is told soon that it does not
	};

	explicit FlakyTunnel(std::size_t standby, bool byTls = false);
	/// Clients keep so many standby connections, perhaps by TLS.

	void visitByANewClient(Expected expected);
	/// A client, a visitor and its echo, and their ends; then nothing of it is left.

	void expectNothingLeft();
	/// No handshake, tunnel, visitor or relay, and no more descriptors
	/// than in the beginning.

	[[nodiscard]] ClientConfig clientConfig() const;

	static void visit(std::uint16_t port, Expected expected, RunningClient& client);
	/// One visitor. Where it may go unanswered, the client is stopped, and
	/// then the visitor's connection has to end at once.

private:
	EchoService _echo;
	const TemporaryDirectory _directory;
	std::optional<TlsClientConfig> _tls;
	RunningServer _server;
	std::size_t _standby;
	std::size_t _descriptors = 0;
};

} // namespace Bore::Test

#endif // Bore_Test_FlakyTunnel_INCLUDED
