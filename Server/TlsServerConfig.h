//
// TlsServerConfig.h
//
// What a server needs for TLS, typed.
//

#ifndef Bore_Server_TlsServerConfig_INCLUDED
#define Bore_Server_TlsServerConfig_INCLUDED

#include "Shared/FilePermissions.h"

#include <cstdint>
#include <string>

namespace Bore
{

struct TlsServerConfig
/// The files are read by TlsServer.
{
	std::uint16_t port = 0;  /// 0: any free one
	std::string certificate; /// path of the certificate, and its chain, in PEM
	std::string key;         /// path of its key
	std::string clientCa;    /// path of the authorities of clients' certificates; empty: none are asked for
	bool onlyVersion13 = false;
	std::string ciphers; /// empty: those of TlsContextBuilder
	Permissions permissions = Permissions::Strict;
};

} // namespace Bore

#endif // Bore_Server_TlsServerConfig_INCLUDED
