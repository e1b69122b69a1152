//
// ClientApplication.h
//
// The program bore-client.
//

#ifndef Bore_Client_ClientApplication_INCLUDED
#define Bore_Client_ClientApplication_INCLUDED

#include "Shared/RoleApplication.h"

#include <iosfwd>
#include <memory>
#include <string>

namespace Bore
{

class ClientApplication : public RoleApplication
/// A RoleApplication whose role is a Client.
{
public:
	ClientApplication();

	static void announce(std::ostream& out, const std::string& publicAddress);
	/// Writes the address on a line of its own and flushes it, for a script
	/// that reads it. Where nobody reads any more that is logged, no error:
	/// the tunnel works on.

protected:
	[[nodiscard]] std::unique_ptr<Role> createRole(const Settings& settings) override;
};

} // namespace Bore

#endif // Bore_Client_ClientApplication_INCLUDED
