//
// Uuid.cpp
//

#include "Shared/Uuid.h"

#include <array>
#include <cstring>
#include <openssl/rand.h>
#include <stdexcept>

namespace Bore
{

namespace
{

constexpr std::size_t TEXT_SIZE = 36;

using Bytes = std::array<unsigned char, 16>;

Poco::UUID fromBytes(const Bytes& bytes)
{
	Poco::UUID id;
	id.copyFrom(reinterpret_cast<const char*>(bytes.data()));
	return id;
}

bool isDashPosition(std::size_t i) noexcept
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

int hexDigit(char c) noexcept
{
	if (c >= '0' && c <= '9') return c - '0';
	if (c >= 'a' && c <= 'f') return c - 'a' + 10;
	return -1;
}

} // namespace

Poco::UUID secureRandomUuid()
{
	// Poco's UUIDGenerator falls back to a guessable generator when the
	// process is out of descriptors.
	Bytes bytes;
	if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
	{
		throw std::runtime_error("no secure random numbers to be had from OpenSSL");
	}
	bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
	bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
	return fromBytes(bytes);
}

std::optional<Poco::UUID> parseUuid(std::string_view text) noexcept
{
	// Poco::UUID::tryParse takes other forms, too, and ignores what follows.
	if (text.size() != TEXT_SIZE) return std::nullopt;

	Bytes bytes{};
	std::size_t digits = 0;
	for (std::size_t i = 0; i < TEXT_SIZE; ++i)
	{
		if (isDashPosition(i))
		{
			if (text[i] != '-') return std::nullopt;
			continue;
		}
		const int digit = hexDigit(text[i]);
		if (digit < 0) return std::nullopt;
		unsigned char& byte = bytes[digits / 2];
		byte = static_cast<unsigned char>(byte << 4 | digit);
		++digits;
	}
	return fromBytes(bytes);
}

std::size_t UuidHash::operator()(const Poco::UUID& id) const noexcept
{
	std::array<char, 16> bytes;
	id.copyTo(bytes.data());
	std::array<std::uint64_t, 2> halves;
	std::memcpy(halves.data(), bytes.data(), sizeof(halves));
	// Random ids need no mixing; both halves, so that the fixed bits of one
	// are covered by random bits of the other.
	return static_cast<std::size_t>(halves[0] ^ halves[1]);
}

} // namespace Bore
