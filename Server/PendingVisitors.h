//
// PendingVisitors.h
//
// Visitors that wait to be claimed.
//

#ifndef Bore_Server_PendingVisitors_INCLUDED
#define Bore_Server_PendingVisitors_INCLUDED

#include "Server/AccessRecord.h"
#include "Server/User.h"
#include "Shared/Clock.h"
#include "Shared/ProxyHeader.h"
#include "Shared/Quota.h"
#include "Shared/Uuid.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace Bore
{

struct Visitor
/// Someone who connected to a tunnel's public port.
{
	Poco::Net::StreamSocket socket;
	std::string address;                       /// as in logs
	std::uint64_t tunnel;                      /// the id of the tunnel it came to
	std::uint16_t port;                        /// the tunnel's public port
	std::string first = {};                    /// bytes already read from it
	std::array<Quota::Token, 2> places = {};   /// in the limits of connections
	std::shared_ptr<AccessRecord> access = {}; /// null: no access log
	UserPtr user = {};                         /// whose tunnel it is
	std::optional<ProxyHeader::Addresses> addresses =
		{};               /// whence and whereto; none: not known, or not asked
	bool isNamed = false; /// announced with its addresses (our extension)
};

[[nodiscard]] std::string announcement(const Poco::UUID& id, const Visitor& visitor);
/// The frame that tells its client of the visitor. Any thread.

class PendingVisitors
/// Keeps each visitor from its announcement until its client claims it by
/// id, once; until it has waited for too long; or until its tunnel ends.
/// Who is not claimed is reset, so that no visitor takes it for an answer.
/// All methods may be called by any thread.
{
public:
	explicit PendingVisitors(const Clock& clock, std::size_t limit = 0, std::size_t limitPerTunnel = 0);
	/// How many may wait at once, in all and for each tunnel; 0: any number.

	PendingVisitors(const PendingVisitors&) = delete;
	PendingVisitors& operator=(const PendingVisitors&) = delete;

	void setLimits(std::size_t limit, std::size_t limitPerTunnel)
	{
		_unclaimed.setLimits(limit, limitPerTunnel);
	}
	/// Others from now on; who waits stays.

	const Quota::Bound* add(const Poco::UUID& id, Visitor visitor);
	/// Keeps a visitor for 10 s (bore protocol); null. Where too many wait
	/// already it is reset, and returned is the limit that says so.

	[[nodiscard]] Quota::Admission reserve(std::uint64_t tunnel);
	/// A place for one who is not to be announced yet, among those who wait.

	[[nodiscard]] std::vector<std::string> nameAll(std::uint64_t tunnel);
	/// Announcements with their addresses of those of a tunnel who were
	/// announced without: their client has asked for them since.

	[[nodiscard]] std::optional<Visitor> take(const Poco::UUID& id, const std::string& user = {});
	/// The visitor, to whoever asks first and is the user whose tunnel it came
	/// to (nameOf()); nothing if there is none by that id, or it is for another: for
	/// that one it stays.

	std::size_t dropExpired();
	/// Resets those that waited too long, and says how many.

	std::size_t withdraw(std::uint64_t tunnel);
	/// Resets those of a tunnel that has ended, and says how many.

	std::size_t withdrawAll();
	/// Resets all, and says how many.

	[[nodiscard]] std::size_t count() const;

private:
	struct Entry
	{
		Poco::UUID id;
		Visitor visitor;
		TimePoint deadline;
		Quota::Token place;
	};
	using Entries = std::list<Entry>; // all wait equally long: the oldest is first

	static std::size_t reset(Entries& entries, AccessRecord::Ending ending) noexcept;

	const Clock& _clock;
	Quota _unclaimed; // by tunnel

	mutable std::mutex _mutex; // guards what follows
	Entries _entries;
	std::unordered_map<Poco::UUID, Entries::iterator, UuidHash> _byId;
};

} // namespace Bore

#endif // Bore_Server_PendingVisitors_INCLUDED
