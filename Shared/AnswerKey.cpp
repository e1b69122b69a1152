//
// AnswerKey.cpp
//

#include "Shared/AnswerKey.h"

#include <openssl/crypto.h>

#include <algorithm>

// OpenSSL 3 deprecates the functions of a single digest. Its general ones
// allocate for each copy of a state, which costs more than the digest does.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace Bore
{

namespace
{

constexpr std::size_t BLOCK_BYTES = SHA256_CBLOCK;
constexpr unsigned char INNER_PAD = 0x36; // RFC 2104, 2
constexpr unsigned char OUTER_PAD = 0x5c;

using Block = std::array<unsigned char, BLOCK_BYTES>;

SHA256_CTX stateBehind(Block key, unsigned char pad) noexcept
{
	for (auto& byte : key) byte ^= pad;
	SHA256_CTX state{};
	::SHA256_Init(&state);
	::SHA256_Update(&state, key.data(), key.size());
	::OPENSSL_cleanse(key.data(), key.size());
	return state;
}

int digit(char c) noexcept
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	if (c >= 'A' && c <= 'F') return c - 'A' + 10;
	return -1;
}

} // namespace

AnswerKey::AnswerKey(const Secret& secret)
{
	const std::string& text = secret.reveal();
	Block key{}; // a key shorter than a block is followed by zeros
	::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
	_inner = stateBehind(key, INNER_PAD);
	_outer = stateBehind(key, OUTER_PAD);
	::OPENSSL_cleanse(key.data(), key.size());
}

AnswerKey::~AnswerKey()
{
	::OPENSSL_cleanse(&_inner, sizeof _inner);
	::OPENSSL_cleanse(&_outer, sizeof _outer);
}

AnswerKey::Tag AnswerKey::tag(const Challenge& challenge) const noexcept
{
	Tag tag{};
	SHA256_CTX state = _inner;
	::SHA256_Update(&state, challenge.data(), challenge.size());
	::SHA256_Final(tag.data(), &state);
	state = _outer;
	::SHA256_Update(&state, tag.data(), tag.size());
	::SHA256_Final(tag.data(), &state);
	return tag;
}

bool AnswerKey::answers(const Challenge& challenge, const Tag& answer) const noexcept
{
	const Tag right = tag(challenge);
	return ::CRYPTO_memcmp(right.data(), answer.data(), right.size()) == 0;
}

bool AnswerKey::operator==(const AnswerKey& other) const noexcept
{
	return ::CRYPTO_memcmp(&_inner.h, &other._inner.h, sizeof _inner.h) == 0;
}

AnswerKey::Challenge AnswerKey::bytesOf(const Poco::UUID& challenge)
{
	Challenge bytes{};
	challenge.copyTo(reinterpret_cast<char*>(bytes.data()));
	return bytes;
}

std::optional<AnswerKey::Tag> AnswerKey::parse(std::string_view hex) noexcept
{
	Tag tag{};
	if (hex.size() != 2 * tag.size()) return std::nullopt;
	for (std::size_t i = 0; i < tag.size(); ++i)
	{
		const int high = digit(hex[2 * i]);
		const int low = digit(hex[2 * i + 1]);
		if (high < 0 || low < 0) return std::nullopt;
		tag[i] = static_cast<unsigned char>(high * 16 + low);
	}
	return tag;
}

} // namespace Bore
