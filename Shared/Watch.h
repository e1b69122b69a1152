//
// Watch.h
//
// One thread that waits for everybody.
//

#ifndef Bore_Shared_Watch_INCLUDED
#define Bore_Shared_Watch_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Descriptor.h"
#include "Shared/Watched.h"
#include "Shared/Workers.h"

#include <Poco/Net/Socket.h>
#include <Poco/Thread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace Bore
{

class Watch
/// Holds whatever waits and is no relay (those rest with the Carriers):
/// unfinished handshakes, standby connections, sockets that finish closing.
/// One epoll thread looks after all of them, so ten thousand cost no thread.
///
/// What is parked is claimed exactly once: by the first event on one of
/// its sockets, by its deadline, or by withdraw(). The claim takes the
/// entry out under the lock; then its descriptors leave the epoll set; only
/// then is it resumed on a worker, and may close them. An event names the
/// parking it belongs to, so a late one finds no one, not even what has
/// been parked anew under the same id.
///
/// All methods but stop() may be called by any thread.
{
public:
	using Id = std::uint64_t;

	struct Side
	/// One socket and what it waits for.
	{
		const Poco::Net::Socket* socket = nullptr; /// null: not watched at all
		std::uint32_t events = 0;                  /// EPOLLIN, EPOLLOUT; 0: only a hang-up or an error
	};

	Watch(Workers& workers, const Clock& clock);
	/// Starts the thread. Throws std::system_error or Poco::SystemException.

	Watch(const Watch&) = delete;
	Watch& operator=(const Watch&) = delete;
	~Watch();
	/// Stops.

	[[nodiscard]] Id newId() noexcept { return ++_lastId; }
	/// A name for something that will be parked, once or many times.

	[[nodiscard]] bool park(Id id, std::shared_ptr<Watched> watched, const Side& first, const Side& second,
		std::optional<TimePoint> deadline);
	/// Takes it in until something happens. False if it could not be taken
	/// (no memory, or stopped): the caller still has it, and ends it.

	[[nodiscard]] std::shared_ptr<Watched> withdraw(Id id) noexcept;
	/// Claims what is parked under the id, to be carried on by the caller;
	/// null if somebody else has claimed it, or it is not parked.

	void recheck() noexcept;
	/// Looks at the deadlines again at once: for an injected clock that has jumped.

	[[nodiscard]] std::size_t size() const;
	/// How many are parked.

	void stop() noexcept;
	/// Ends the thread and lets go of everything parked, without resuming it.

private:
	struct Entry
	{
		std::shared_ptr<Watched> watched;
		int descriptors[2]; // of sockets that `watched` keeps open; -1: none
		std::optional<TimePoint> deadline;
		std::uint64_t parking; // told from others under the same id by this
	};
	using Entries = std::unordered_map<Id, Entry>;
	using Claim = std::pair<Entries::node_type, Wake>;

	void run() noexcept;
	int timeout();
	void claimReady(std::uint64_t tag, std::uint32_t events, std::vector<Claim>& claims);
	void claimExpired(std::vector<Claim>& claims);
	void claim(Entries::iterator entry, const Wake& wake, std::vector<Claim>& claims);
	void resume(std::vector<Claim>& claims) noexcept;
	bool add(Id id, unsigned side, const Side& what, Entry& entry) noexcept;
	void removeDescriptors(const Entry& entry) noexcept;
	void forget(Entries::iterator entry) noexcept;

	Workers& _workers;
	const Clock& _clock;
	Descriptor _epoll;
	Descriptor _wakeUp; // eventfd
	std::atomic<Id> _lastId{0};
	std::atomic<bool> _stopping{false};

	mutable std::mutex _mutex; // guards what follows
	Entries _entries;
	std::uint64_t _parkings = 0; // how many there have been
	std::set<std::pair<TimePoint, Id>> _deadlines;
	TimePoint _nextLook = TimePoint::min(); // when the thread will look at the deadlines by itself

	Poco::Thread _thread;
};

} // namespace Bore

#endif // Bore_Shared_Watch_INCLUDED
