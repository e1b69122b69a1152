//
// Acceptor.h
//
// accept(2) that outlasts every shortage.
//

#ifndef Bore_Server_Acceptor_INCLUDED
#define Bore_Server_Acceptor_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Descriptor.h"

#include <Poco/Net/SocketAddress.h>

#include <functional>
#include <string>

namespace Bore
{

class SpareDescriptor;
class Standbys;

class Acceptor
/// Accepts the connections of one listener. Where descriptors or memory
/// have run out, a standby connection is dropped first, which only waits;
/// then whoever connects is reset, at once, rather than left to hang; and
/// where even that fails, there is to be a pause. A shortage is logged once,
/// and again only after 10 s without one. Whom the Door does not let in is
/// reset before anything is made of its connection. For one thread.
{
public:
	static constexpr std::chrono::milliseconds PAUSE{100};
	/// Until descriptors or memory may be free again.

	enum class Outcome
	{
		Accepted,
		Again,  /// nobody was accepted; the next may be
		Nobody, /// waits any more
		Pause   /// nothing can be done now: come again after PAUSE
	};

	struct Result
	{
		Outcome outcome;
		Descriptor connection;           /// of Accepted
		Poco::Net::SocketAddress peer{}; /// likewise
	};

	using Door = std::function<bool(const Poco::Net::SocketAddress& peer)>;
	/// Whether that peer may come in. Called on the thread that accepts.

	Acceptor(
		std::string name, Standbys& standbys, SpareDescriptor& spare, const Clock& clock,
		Door door = [](const Poco::Net::SocketAddress&) { return true; });
	/// The name is for the log: "tunnel on port 8080". Without a door
	/// everybody may come in.

	[[nodiscard]] Result accept(int listener);
	/// The first in the queue of a non-blocking listener. Throws
	/// std::bad_alloc, and what the door throws.

private:
	[[nodiscard]] Outcome cope(int listener, int error);
	[[nodiscard]] Outcome makeRoom(int listener, int error);
	void report(int error);

	const std::string _name;
	Standbys& _standbys;
	SpareDescriptor& _spare;
	const Clock& _clock;
	const Door _door;
	TimePoint _spellEnds = TimePoint::min();
};

} // namespace Bore

#endif // Bore_Server_Acceptor_INCLUDED
