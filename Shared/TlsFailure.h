//
// TlsFailure.h
//
// Why a TLS connection is of no use any more.
//

#ifndef Bore_Shared_TlsFailure_INCLUDED
#define Bore_Shared_TlsFailure_INCLUDED

#include <openssl/ssl.h>

#include <string>

namespace Bore
{

struct TlsFailure
/// What OpenSSL said, as a value that outlives its error queue.
{
	enum class Kind
	{
		None,
		System,      /// a system call failed: `code` is its errno
		Truncated,   /// the peer's stream ended without a close_notify
		Certificate, /// the peer's certificate was refused here: `code` is a verify result (X509_V_ERR_...)
		Alert,       /// the peer refused, by an alert: `code` is its number (RFC 8446, 6)
		NotTls,      /// the peer speaks something else
		Protocol     /// anything else that must not be
	};

	Kind kind = Kind::None;
	long code = 0;
	std::string text = {}; /// OpenSSL's, of Protocol

	[[nodiscard]] static TlsFailure of(const SSL* ssl);
	/// What OpenSSL's error queue of this thread has to say of a call that
	/// has just failed, and not by a system call. Throws std::bad_alloc.

	[[nodiscard]] std::string describe() const;
	/// A few words without a period. Empty for None.
};

} // namespace Bore

#endif // Bore_Shared_TlsFailure_INCLUDED
