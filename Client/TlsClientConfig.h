//
// TlsClientConfig.h
//
// What a client needs for TLS, typed.
//

#ifndef Bore_Client_TlsClientConfig_INCLUDED
#define Bore_Client_TlsClientConfig_INCLUDED

#include "Shared/FilePermissions.h"
#include "Shared/Fingerprint.h"

#include <optional>
#include <string>

namespace Bore
{

struct TlsClientConfig
/// The files are read by Transport.
{
	std::string ca; /// path of authorities in PEM; empty: those that this machine trusts
	std::optional<Fingerprint> fingerprint; /// of the server's certificate; then nothing else is asked of it
	std::string certificate;                /// path of the client's own, in PEM; empty: none
	std::string key;                        /// path of its key
	std::string serverName;                 /// in the server's certificate; empty: the host that is dialled
	bool verifies = true;                   /// false: any certificate will do, so anybody may be in between
	Permissions permissions = Permissions::Strict;
};

} // namespace Bore

#endif // Bore_Client_TlsClientConfig_INCLUDED
