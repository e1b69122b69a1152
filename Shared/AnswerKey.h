//
// AnswerKey.h
//
// A secret, prepared for one answer among many to be found.
//

#ifndef Bore_Shared_AnswerKey_INCLUDED
#define Bore_Shared_AnswerKey_INCLUDED

#include "Shared/Secret.h"

#include <Poco/UUID.h>

#include <array>
#include <cstddef>
#include <openssl/sha.h>
#include <optional>
#include <string_view>

namespace Bore
{

class AnswerKey
/// Computes what Authenticator computes, the HMAC-SHA256 of a challenge
/// under SHA-256 of the secret (bore protocol), a hundred times faster:
/// what depends on the key alone, the states of SHA-256 behind the inner
/// and the outer pad (RFC 2104, 4), is computed once, and no POCO engine
/// is made for each answer. Constant after construction: any thread.
{
public:
	using Challenge = std::array<unsigned char, 16>;
	using Tag = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

	explicit AnswerKey(const Secret& secret);
	AnswerKey(const AnswerKey&) = default;
	AnswerKey& operator=(const AnswerKey&) = default;
	~AnswerKey();

	[[nodiscard]] Tag tag(const Challenge& challenge) const noexcept;
	/// The right answer.

	[[nodiscard]] bool answers(const Challenge& challenge, const Tag& answer) const noexcept;
	/// Whether the answer is right, in a time that does not depend on it.

	[[nodiscard]] bool operator==(const AnswerKey& other) const noexcept;
	/// Whether both are of the same secret.

	[[nodiscard]] static Challenge bytesOf(const Poco::UUID& challenge);

	[[nodiscard]] static std::optional<Tag> parse(std::string_view hex) noexcept;
	/// 64 hexadecimal digits of either case; nothing if it is anything else.

private:
	SHA256_CTX _inner{};
	SHA256_CTX _outer{};
};

} // namespace Bore

#endif // Bore_Shared_AnswerKey_INCLUDED
