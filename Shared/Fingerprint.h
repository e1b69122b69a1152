//
// Fingerprint.h
//
// What a certificate is known by.
//

#ifndef Bore_Shared_Fingerprint_INCLUDED
#define Bore_Shared_Fingerprint_INCLUDED

#include <Poco/Crypto/X509Certificate.h>

#include <array>
#include <string>

namespace Bore
{

class Fingerprint
/// The SHA-256 of a certificate (of its DER form). A value.
{
public:
	explicit Fingerprint(const Poco::Crypto::X509Certificate& certificate);

	[[nodiscard]] static Fingerprint parse(const std::string& text);
	/// 64 hexadecimal digits of either case, with or without colons between
	/// the bytes, as openssl x509 -fingerprint -sha256 shows them. Throws
	/// std::invalid_argument with one line for the user.

	[[nodiscard]] std::string text() const;
	/// "AB:CD:...".

	friend bool operator==(const Fingerprint& one, const Fingerprint& other) noexcept
	{
		return one._bytes == other._bytes;
	}

private:
	static constexpr std::size_t SIZE = 32;

	Fingerprint() = default;

	std::array<unsigned char, SIZE> _bytes{};
};

} // namespace Bore

#endif // Bore_Shared_Fingerprint_INCLUDED
