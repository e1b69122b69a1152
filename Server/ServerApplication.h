//
// ServerApplication.h
//
// The program bore-server.
//

#ifndef Bore_Server_ServerApplication_INCLUDED
#define Bore_Server_ServerApplication_INCLUDED

#include "Shared/RoleApplication.h"

#include <memory>
#include <string>
#include <vector>

namespace Bore
{

class Server;

class ServerApplication : public RoleApplication
/// A RoleApplication whose role is a Server.
{
public:
	ServerApplication();

protected:
	explicit ServerApplication(const SettingTable& table);
	/// With the keys of ServerSettings and another program around them. The
	/// table must outlive the application.

	[[nodiscard]] std::unique_ptr<Role> createRole(const Settings& settings) override;
	void perform(const Settings& settings, const std::vector<std::string>& words) override;
	void check(const Settings& settings, bool forStart) const override;
	[[nodiscard]] std::vector<std::string> apply(const Settings& settings) override;
	[[nodiscard]] Overruled overruled(const Settings& settings) const override;

private:
	Server* _server = nullptr; // owned by the base
};

} // namespace Bore

#endif // Bore_Server_ServerApplication_INCLUDED
