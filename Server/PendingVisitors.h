//
// PendingVisitors.h
//
// Visitors that wait to be claimed.
//

#ifndef Bore_Server_PendingVisitors_INCLUDED
#define Bore_Server_PendingVisitors_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Uuid.h"

#include <Poco/Net/StreamSocket.h>
#include <Poco/UUID.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace Bore
{

struct Visitor
/// Someone who connected to a tunnel's public port.
{
	Poco::Net::StreamSocket socket;
	std::string address;    /// as in logs
	std::uint64_t tunnel;   /// the id of the tunnel it came to
	std::uint16_t port;     /// the tunnel's public port
	std::string first = {}; /// bytes already read from it
};

class PendingVisitors
/// Keeps each visitor from its announcement until its client claims it by
/// id, once; until it has waited for too long; or until its tunnel ends.
/// Who is not claimed is reset, so that no visitor takes it for an answer.
/// All methods may be called by any thread.
{
public:
	explicit PendingVisitors(const Clock& clock) noexcept;
	PendingVisitors(const PendingVisitors&) = delete;
	PendingVisitors& operator=(const PendingVisitors&) = delete;

	void add(const Poco::UUID& id, Visitor visitor);
	/// Keeps a visitor for 10 s (bore protocol).

	[[nodiscard]] std::optional<Visitor> take(const Poco::UUID& id);
	/// The visitor, to whoever asks first; nothing if there is none by that id.

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
	};
	using Entries = std::list<Entry>; // all wait equally long: the oldest is first

	static std::size_t reset(Entries& entries) noexcept;

	const Clock& _clock;

	mutable std::mutex _mutex; // guards what follows
	Entries _entries;
	std::unordered_map<Poco::UUID, Entries::iterator, UuidHash> _byId;
};

} // namespace Bore

#endif // Bore_Server_PendingVisitors_INCLUDED
