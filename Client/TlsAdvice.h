//
// TlsAdvice.h
//
// What a user can do about a server that TLS fails with.
//

#ifndef Bore_Client_TlsAdvice_INCLUDED
#define Bore_Client_TlsAdvice_INCLUDED

#include "Shared/TlsFailure.h"

#include <Poco/Crypto/X509Certificate.h>

#include <string>

namespace Bore
{

[[nodiscard]] std::string adviceOnAlert(long alert);
/// One line about a server that refused us by that alert: what is wrong and how
/// to mend it.

[[nodiscard]] std::string adviceOnCertificate(
	long verifyResult, const Poco::Crypto::X509Certificate& certificate, const std::string& expectedName);
/// The same about a certificate of the server's that is refused here.

[[nodiscard]] std::string adviceOn(const TlsFailure& failure);
/// The same about any other failure of a handshake.

} // namespace Bore

#endif // Bore_Client_TlsAdvice_INCLUDED
