//
// ProxyPrograms.h
//
// Real programs that speak the PROXY protocol.
//

#ifndef Bore_Test_ProxyPrograms_INCLUDED
#define Bore_Test_ProxyPrograms_INCLUDED

#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <cstdint>
#include <optional>
#include <string>

namespace Bore::Test
{

class ProxyProgram
/// nginx or HAProxy, as Debian has them, run as a child with a configuration
/// of the test's in a folder of its own: nothing of the system's is read,
/// written or started. It listens on an address of the loopback that no
/// other process of the suite has, so that a port that is free stays so.
/// For one thread.
{
public:
	[[nodiscard]] static const std::string& host();
	/// Where both listen: 127.x.y.z, of this process alone.

	[[nodiscard]] std::uint16_t port() const noexcept { return _port; }

	void expectNoFaults();
	/// It still runs, and has not complained.

protected:
	ProxyProgram();

	void run(const std::string& program, const std::string& configuration, const std::string& option,
		const ChildProcess::Arguments& more);
	/// And waits until it listens.

	[[nodiscard]] const TemporaryDirectory& folder() const noexcept { return _folder; }

private:
	const TemporaryDirectory _folder;
	const std::uint16_t _port;
	std::optional<ChildProcess> _process;
};

class Nginx : public ProxyProgram
/// A web server whose connections begin with a PROXY header. It answers
/// each request with what that says: "from|from's port|to|to's port".
{
public:
	Nginx();
};

class HAProxy : public ProxyProgram
/// A proxy that leads to a port of 127.0.0.1, with a PROXY header ahead.
{
public:
	HAProxy(std::uint16_t to, const std::string& version, const std::string& from);
	/// The version as in its configuration, "send-proxy" or "send-proxy-v2";
	/// it comes from that address.
};

} // namespace Bore::Test

#endif // Bore_Test_ProxyPrograms_INCLUDED
