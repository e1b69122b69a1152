//
// Fingerprint.cpp
//

#include "Shared/Fingerprint.h"

#include <Poco/DigestEngine.h>
#include <Poco/Exception.h>
#include <Poco/String.h>

#include <algorithm>
#include <stdexcept>

namespace Bore
{

namespace
{

constexpr std::size_t COLON_EVERY = 3; // characters

} // namespace

Fingerprint::Fingerprint(const Poco::Crypto::X509Certificate& certificate)
{
	const auto digest = certificate.fingerprint("SHA256");
	std::copy_n(digest.begin(), std::min(digest.size(), SIZE), _bytes.begin());
}

Fingerprint Fingerprint::parse(const std::string& text)
{
	std::string hex = text;
	if (text.size() == SIZE * COLON_EVERY - 1)
	{
		hex.clear();
		for (std::size_t i = 0; i < text.size(); ++i)
			if (i % COLON_EVERY != 2 || text[i] != ':') hex += text[i];
	}
	const bool good =
		hex.size() == SIZE * 2 &&
		std::all_of(hex.begin(), hex.end(),
			[](char c)
			{ return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
	if (!good)
		throw std::invalid_argument("expected a SHA-256 fingerprint, 32 bytes in hexadecimal, as AB:CD:... or"
									" ABCD...: the server says it at its start");
	const auto digest = Poco::DigestEngine::digestFromHex(hex);
	Fingerprint result;
	std::copy_n(digest.begin(), SIZE, result._bytes.begin());
	return result;
}

std::string Fingerprint::text() const
{
	const std::string hex = Poco::toUpper(
		Poco::DigestEngine::digestToHex(Poco::DigestEngine::Digest(_bytes.begin(), _bytes.end())));
	std::string result;
	for (std::size_t i = 0; i < hex.size(); i += 2) result += (i == 0 ? "" : ":") + hex.substr(i, 2);
	return result;
}

} // namespace Bore
