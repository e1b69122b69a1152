//
// TunnelConfig.h
//
// One of a client's tunnels.
//

#ifndef Bore_Client_TunnelConfig_INCLUDED
#define Bore_Client_TunnelConfig_INCLUDED

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

	[[nodiscard]] bool isLike(const TunnelConfig& other) const
	/// Whether all is the same but the name and the number of visitors, for
	/// which no tunnel has to be opened anew.
	{
		return std::tie(localHost, localPort, port, standby) ==
			   std::tie(other.localHost, other.localPort, other.port, other.standby);
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
