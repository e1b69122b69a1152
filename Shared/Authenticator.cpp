//
// Authenticator.cpp
//

#include "Shared/Authenticator.h"

#include "Shared/FrameStream.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/ProtocolException.h"

#include <Poco/Crypto/DigestEngine.h>
#include <Poco/Crypto/OpenSSLInitializer.h>
#include <Poco/HMACEngine.h>
#include <Poco/String.h>

#include <algorithm>
#include <cassert>
#include <exception>
#include <openssl/crypto.h>
#include <variant>

namespace Bore
{

namespace
{

class SHA256Engine : public Poco::Crypto::DigestEngine
/// What Poco::HMACEngine asks of an engine, which POCO before 1.12 lacks
/// for SHA-256.
{
public:
	enum
	{
		BLOCK_SIZE = 64,
		DIGEST_SIZE = 32
	};

	SHA256Engine()
		: DigestEngine("SHA256")
	{
	}
};

// Each POCO engine counts itself a user of OpenSSL, and the last to go takes
// OpenSSL's global state down, which aborts a thread that is just making the
// next one. One user stays until the process ends.
void keepOpenSsl()
{
	static const Poco::Crypto::OpenSSLInitializer user;
}

} // namespace

Authenticator::Authenticator(const Secret& secret)
{
	keepOpenSsl();
	SHA256Engine engine;
	engine.update(secret.reveal());
	const Poco::DigestEngine::Digest& digest = engine.digest();
	assert(digest.size() == _key.size());
	std::copy(digest.begin(), digest.end(), _key.begin());
}

Authenticator::~Authenticator()
{
	::OPENSSL_cleanse(_key.data(), _key.size());
}

std::string Authenticator::tag(const Poco::UUID& challenge) const
{
	std::array<char, 16> message;
	challenge.copyTo(message.data());
	Poco::HMACEngine<SHA256Engine> hmac(reinterpret_cast<const char*>(_key.data()), _key.size());
	hmac.update(message.data(), message.size());
	return Poco::DigestEngine::digestToHex(hmac.digest());
}

bool Authenticator::verify(const Poco::UUID& challenge, std::string_view hex) const noexcept
{
	try
	{
		const std::string right = tag(challenge);
		const std::string given = Poco::toLower(std::string(hex));
		return given.size() == right.size() && ::CRYPTO_memcmp(given.data(), right.data(), right.size()) == 0;
	}
	catch (const std::exception&)
	{
		return false;
	}
}

std::optional<Authenticator> makeAuthenticator(const std::optional<Secret>& secret)
{
	return secret ? std::optional<Authenticator>(*secret) : std::nullopt;
}

void answerChallenge(FrameStream& stream, const Authenticator& authenticator, TimePoint deadline)
{
	const ServerMessage message = parseServerMessage(stream.receive(deadline));
	if (const auto* error = std::get_if<Error>(&message))
	{
		throw ProtocolException("server error: " + escapeForLog(error->text));
	}
	const auto* challenge = std::get_if<Challenge>(&message);
	if (challenge == nullptr)
	{
		throw ProtocolException("expected authentication challenge, but no secret was required");
	}
	stream.send(format(ClientMessage{Authenticate{authenticator.tag(challenge->id)}}), deadline);
}

} // namespace Bore
