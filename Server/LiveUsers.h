//
// LiveUsers.h
//
// From where each user has tunnels.
//

#ifndef Bore_Server_LiveUsers_INCLUDED
#define Bore_Server_LiveUsers_INCLUDED

#include <Poco/Net/IPAddress.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace Bore
{

class LiveUsers
/// Knows which users have tunnels from which addresses: the first to be
/// tried where a connection from there proves itself, since most are data
/// connections of those. Outlives its leases. All methods may be called by any
/// thread, and leases may end on any.
{
public:
	static constexpr std::size_t MOST = 256;
	/// Who are named for an address: more than live behind one, as a rule. To
	/// try so many takes some 50 us, a twentieth of a search among 10,000 users.

	class Lease
	/// Held by a tunnel.
	{
	public:
		Lease(LiveUsers& users, std::string address, std::string name) noexcept;
		Lease(const Lease&) = delete;
		Lease& operator=(const Lease&) = delete;
		~Lease();

	private:
		LiveUsers& _users;
		const std::string _address;
		const std::string _name;
	};

	LiveUsers() = default;
	LiveUsers(const LiveUsers&) = delete;
	LiveUsers& operator=(const LiveUsers&) = delete;

	[[nodiscard]] std::unique_ptr<const Lease> enter(
		const Poco::Net::IPAddress& address, const std::string& name);
	/// A tunnel of that user from that address. Throws std::bad_alloc.

	[[nodiscard]] std::vector<std::string> from(const Poco::Net::IPAddress& address) const;
	/// The names of at most MOST of those with tunnels from there.

private:
	void leave(const std::string& address, const std::string& name) noexcept;

	mutable std::mutex _mutex;                                                    // guards what follows
	std::unordered_map<std::string, std::map<std::string, std::size_t>> _tunnels; // by addressKey() and name
};

} // namespace Bore

#endif // Bore_Server_LiveUsers_INCLUDED
