//
// Authenticator.h
//
// Proof that a peer knows the secret.
//

#ifndef Bore_Shared_Authenticator_INCLUDED
#define Bore_Shared_Authenticator_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Secret.h"

#include <Poco/UUID.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

class FrameStream;

class Authenticator
/// Computes and checks the answers to challenges (bore protocol): the
/// HMAC-SHA256 of the challenge's 16 bytes under SHA-256 of the secret.
/// Constant after construction: any thread, at the same time.
{
public:
	explicit Authenticator(const Secret& secret);

	Authenticator(const Authenticator&) = default;
	Authenticator& operator=(const Authenticator&) = default;
	~Authenticator();

	[[nodiscard]] std::string tag(const Poco::UUID& challenge) const;
	/// The right answer: 64 lower case hexadecimal digits. Throws
	/// Poco::Exception or std::bad_alloc where the machine is short of memory.

	[[nodiscard]] bool verify(const Poco::UUID& challenge, std::string_view hex) const noexcept;
	/// Whether the answer is right; its digits may be of either case. The
	/// time it takes does not depend on how much of the answer is right.
	/// A shortage counts as a wrong answer.

private:
	std::array<unsigned char, 32> _key;
};

[[nodiscard]] std::optional<Authenticator> makeAuthenticator(const std::optional<Secret>& secret);
/// None where there is no secret.

void answerChallenge(FrameStream& stream, const Authenticator& authenticator, TimePoint deadline);
/// The client's handshake: receives the server's Challenge and sends the
/// answer. Returns before the server has judged it: a wrong secret is the
/// Error "invalid secret" where the answer to the next message is expected.
/// Throws ProtocolException with the text a real client prints if anything
/// but a Challenge comes, and as FrameStream does.

} // namespace Bore

#endif // Bore_Shared_Authenticator_INCLUDED
