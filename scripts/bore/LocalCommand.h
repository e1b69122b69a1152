//
// LocalCommand.h
//
// bore local.
//

#ifndef Bore_Command_LocalCommand_INCLUDED
#define Bore_Command_LocalCommand_INCLUDED

#include "Client/ClientApplication.h"

#include <string>

namespace Bore
{

class LocalCommand : public ClientApplication
/// A client that says on standard output what the original says there.
{
public:
	LocalCommand();

	[[nodiscard]] static std::string announcement(const std::string& publicAddress);
	/// Two lines: "connected to server remote_port=PORT" and "listening at HOST:PORT".

protected:
	[[nodiscard]] std::string announcementOf(
		const std::string& publicAddress, const TunnelConfig& tunnel, bool isOneOfSeveral) const override;
};

} // namespace Bore

#endif // Bore_Command_LocalCommand_INCLUDED
