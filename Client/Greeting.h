//
// Greeting.h
//
// How a session comes to its tunnel's port.
//

#ifndef Bore_Client_Greeting_INCLUDED
#define Bore_Client_Greeting_INCLUDED

#include "Client/SessionFailure.h"
#include "Shared/Clock.h"

#include <Poco/UUID.h>

#include <cstdint>
#include <optional>
#include <string>

namespace Bore
{

class Authenticator;
class FrameStream;

class Greeting
/// What is said on a new control connection until its tunnel is open: the
/// secret is proved, the port asked for. Whatever comes in place of an
/// answer becomes a SessionFailure that tells the user what it may be.
/// For one thread.
{
public:
	struct Request
	/// What the server is asked for.
	{
		std::uint16_t port = 0;           /// by Hello; 0: any
		std::optional<Poco::UUID> ticket; /// if there is one, by Reclaim in place of Hello
	};

	Greeting(FrameStream& frames, const std::string& serverName, const Request& request) noexcept;
	/// All must outlive this. The name is for messages.

	void prove(const Authenticator& authenticator, TimePoint deadline);
	/// Answers the server's challenge, which judges it later. Throws SessionFailure.

	[[nodiscard]] std::uint16_t ask(TimePoint deadline);
	/// Returns the public port. Throws SessionFailure.

private:
	[[nodiscard]] std::uint16_t exchange(TimePoint deadline);
	[[nodiscard]] SessionFailure tlsFailure() const;
	[[nodiscard]] SessionFailure goneInPlaceOfHello() const;
	[[nodiscard]] SessionFailure::Remedy remedyForNonsense() const noexcept;
	[[nodiscard]] std::string malformedAnswer() const;

	FrameStream& _frames;
	const std::string& _serverName;
	const Request& _request;
};

} // namespace Bore

#endif // Bore_Client_Greeting_INCLUDED
