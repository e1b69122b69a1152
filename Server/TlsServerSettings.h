//
// TlsServerSettings.h
//
// The keys of a server's TLS.
//

#ifndef Bore_Server_TlsServerSettings_INCLUDED
#define Bore_Server_TlsServerSettings_INCLUDED

#include "Server/TlsServerConfig.h"
#include "Shared/Settings.h"

#include <optional>
#include <string>
#include <vector>

namespace Bore
{

inline constexpr char TLS_CERTIFICATE[] = "tls.certificate";

[[nodiscard]] std::vector<Setting> tlsServerSettings();

[[nodiscard]] std::optional<TlsServerConfig> tlsServerConfigFrom(const Settings& settings);
/// Nothing without tls.port. Reads the files that it names, too. Throws
/// SettingFailure where something is missing, a file is no good, or the key
/// is not the certificate's.

[[nodiscard]] bool plainControlFrom(const Settings& settings);
/// Whether there is a control port without TLS. Throws SettingFailure
/// where there would be no other.

struct CertificateFiles
/// Where the server's certificate and its key are, or are to be.
{
	std::string certificate;
	std::string key;
};

[[nodiscard]] CertificateFiles certificateFilesFrom(const Settings& settings);
/// As the keys say, or else in the current folder.

} // namespace Bore

#endif // Bore_Server_TlsServerSettings_INCLUDED
