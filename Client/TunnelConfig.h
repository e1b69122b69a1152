//
// TunnelConfig.h
//
// One of a client's tunnels.
//

#ifndef Bore_Client_TunnelConfig_INCLUDED
#define Bore_Client_TunnelConfig_INCLUDED

#include "Shared/ProxyHeader.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>

namespace Bore
{

struct TunnelConfig
/// What one tunnel leads to, and where it is asked for.
{
	std::string name; /// in the log; empty for one without a name in a file that is alone
	std::string localHost = "localhost";
	std::uint16_t localPort = 0;
	std::uint16_t port = 0;         /// the public port asked for; 0: any
	std::size_t standby = 8;        /// standby connections to keep; 0: none
	std::size_t maxConnections = 0; /// visitors at once; beyond it they are reset; 0: any number
	ProxyProtocol proxyProtocol =
		ProxyProtocol::Off; /// how its visitors' addresses are told to the local service

	[[nodiscard]] bool wantsAddresses() const noexcept { return proxyProtocol != ProxyProtocol::Off; }
	/// Of its visitors, which the server has to tell.

	[[nodiscard]] bool isLike(const TunnelConfig& other) const
	/// Whether all is the same but the name and the number of visitors, for
	/// which no tunnel has to be opened anew.
	{
		return std::tie(localHost, localPort, port, standby, proxyProtocol) ==
			   std::tie(other.localHost, other.localPort, other.port, other.standby, other.proxyProtocol);
	}

	[[nodiscard]] std::string describe(const std::string& text) const
	/// The text, behind the tunnel's name where it has one. For a log line as
	/// it is: it is no format.
	{
		return name.empty() ? text : "tunnel " + name + ": " + text;
	}
};

} // namespace Bore

#endif // Bore_Client_TunnelConfig_INCLUDED
