//
// ClientApplication.h
//
// The program bore-client.
//

#ifndef Bore_Client_ClientApplication_INCLUDED
#define Bore_Client_ClientApplication_INCLUDED

#include "Client/TunnelConfig.h"
#include "Shared/RoleApplication.h"

#include <atomic>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace Bore
{

class Client;

class ClientApplication : public RoleApplication
/// A RoleApplication whose role is a Client.
{
public:
	ClientApplication();

	[[nodiscard]] static std::string announcement(
		const std::string& publicAddress, const TunnelConfig& tunnel, bool isOneOfSeveral);
	/// What standard output says of an open tunnel: the public address, and
	/// among several, behind a blank, the local service.

	static void announce(std::ostream& out, const std::string& announcement);
	/// Writes it on a line of its own and flushes it, for a script
	/// that reads it. Where nobody reads any more that is logged, no error:
	/// the tunnel works on.

protected:
	explicit ClientApplication(const SettingTable& table);
	/// With the keys of ClientSettings and another program around them. The
	/// table must outlive the application.

	[[nodiscard]] virtual std::string announcementOf(
		const std::string& publicAddress, const TunnelConfig& tunnel, bool isOneOfSeveral) const;
	/// announcement(), where nobody else knows better. Any thread.

	[[nodiscard]] std::unique_ptr<Role> createRole(const Settings& settings) override;
	void check(const Settings& settings, bool forStart) const override;
	[[nodiscard]] std::vector<std::string> apply(const Settings& settings) override;
	[[nodiscard]] Overruled overruled(const Settings& settings) const override;

private:
	Client* _client = nullptr;         // owned by the base
	std::atomic<bool> _several{false}; // tunnels
};

} // namespace Bore

#endif // Bore_Client_ClientApplication_INCLUDED
