//
// TunnelSpec.h
//
// A tunnel as it is written on the command line.
//

#ifndef Bore_Client_TunnelSpec_INCLUDED
#define Bore_Client_TunnelSpec_INCLUDED

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

struct TunnelSpec
/// [LOCAL_HOST:]LOCAL_PORT[:REMOTE_PORT]: "8000", "8000:9080", "db.lan:5432",
/// "db.lan:5432:15432", "[::1]:80:8080". A first field of digits only is the port.
{
	std::optional<std::string> localHost; /// without brackets
	std::uint16_t localPort = 0;
	std::optional<std::uint16_t> port; /// the public one; 0: any

	[[nodiscard]] static TunnelSpec parse(std::string_view text);
	/// Throws std::invalid_argument with one line for the user that says
	/// what is wrong and how to write it.
};

} // namespace Bore

#endif // Bore_Client_TunnelSpec_INCLUDED
