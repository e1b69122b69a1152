//
// Handshakes.h
//
// All unfinished handshakes of a server.
//

#ifndef Bore_Server_Handshakes_INCLUDED
#define Bore_Server_Handshakes_INCLUDED

#include "Server/Handshake.h"
#include "Shared/Quota.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace Bore
{

class Handshakes
/// Knows the unfinished handshakes in order of arrival, and bounds their
/// number: at the limit the oldest is dropped for the newest. An honest
/// peer is done within two round trips and is never the oldest of
/// thousands; who only occupies a place is. All methods: any thread.
{
public:
	explicit Handshakes(std::size_t limit) noexcept
		: _limit(limit)
	{
	}
	Handshakes(const Handshakes&) = delete;
	Handshakes& operator=(const Handshakes&) = delete;

	void setLimit(std::size_t limit) noexcept { _limit = limit; }
	/// Another from now on. Those beyond it end by themselves, within 3 s.

	void begin(const ServerContext& context, const Poco::Net::StreamSocket& socket);
	/// Takes a new connection through its handshake, as far as it goes without
	/// waiting; resets it if Admissions refuses it.

	void abortAll() noexcept;
	/// Closes all, and every one that is begun later.

	[[nodiscard]] std::size_t count() const;

	[[nodiscard]] std::size_t resumed() const noexcept { return _resumed; }
	/// How many TLS handshakes have resumed a session so far.

	void countResumed() noexcept { ++_resumed; }
	/// One more has.

private:
	friend class Handshake;

	struct Admission
	{
		Quota::Token place;
		bool isOfProxy;
	};

	[[nodiscard]] static std::optional<Admission> admit(
		const ServerContext& context, Poco::Net::StreamSocket socket);
	void remove(Watch::Id id) noexcept;

	std::atomic<std::size_t> _limit;
	std::atomic<std::size_t> _resumed{0};

	mutable std::mutex _mutex;                                 // guards what follows
	std::map<Watch::Id, std::weak_ptr<Handshake>> _unfinished; // ids ascend: the oldest is first
	bool _stopped = false;
};

} // namespace Bore

#endif // Bore_Server_Handshakes_INCLUDED
