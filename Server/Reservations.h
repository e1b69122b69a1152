//
// Reservations.h
//
// Ports kept for the clients that lost them.
//

#ifndef Bore_Server_Reservations_INCLUDED
#define Bore_Server_Reservations_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Quota.h"

#include <Poco/UUID.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

class Reservations
/// The ports of granted tunnels whose control connection was lost (our
/// extension of the bore protocol): for a while each is kept for its
/// tunnel's tickets, and for a Hello of it by the same identity. Nobody
/// listens there meanwhile. All methods may be called by any thread.
{
public:
	struct Claim
	{
		std::uint16_t port = 0;
		std::uint64_t serial = 0; /// which of the reservations that the port has had
		Quota::Token place = {};  /// among the tunnels, which a kept port counts with
	};

	Reservations(Duration span, const Clock& clock) noexcept;
	/// Each lasts for so long; 0: there are none. The clock must outlive this.
	Reservations(const Reservations&) = delete;
	Reservations& operator=(const Reservations&) = delete;

	void setSpan(Duration span) noexcept;
	/// For those to come.

	[[nodiscard]] std::optional<Claim> reserve(std::uint16_t port, const std::string& identity,
		const std::vector<Poco::UUID>& tickets, const Quota::Token& place = {});
	/// Keeps the port, and the lost tunnel's place, instead of any
	/// reservation that the port has; nothing if there are no reservations.

	[[nodiscard]] std::optional<Claim> find(const Poco::UUID& ticket, const std::string& identity) const;
	[[nodiscard]] std::optional<Claim> find(std::uint16_t port, const std::string& identity) const;
	/// What is kept for whoever asks; nothing if there is none, or if it is for another.

	[[nodiscard]] bool holds(std::uint16_t port) const;
	/// Whether the port is kept, for whomever.

	void dropExpired();
	/// Gives back the places of those that are over.

	void remove(const Claim& claim) noexcept;
	/// The port was claimed; nothing happens if the port is kept anew since.

private:
	struct Entry
	{
		std::uint64_t serial = 0;
		std::string identity;
		std::vector<Poco::UUID> tickets;
		TimePoint end;
		Quota::Token place;
	};

	[[nodiscard]] bool stands(const Entry& entry) const noexcept { return _clock.now() < entry.end; }

	const Clock& _clock;

	mutable std::mutex _mutex; // guards what follows
	Duration _span;
	std::map<std::uint16_t, Entry> _entries;
	std::uint64_t _lastSerial = 0;
};

} // namespace Bore

#endif // Bore_Server_Reservations_INCLUDED
