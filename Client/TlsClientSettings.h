//
// TlsClientSettings.h
//
// The keys of a client's TLS.
//

#ifndef Bore_Client_TlsClientSettings_INCLUDED
#define Bore_Client_TlsClientSettings_INCLUDED

#include "Client/TlsClientConfig.h"
#include "Shared/Settings.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace Bore
{

constexpr std::uint16_t TLS_CONTROL_PORT = 7836;
/// Of servers that have no reason for another: next to that of bore's protocol
/// in the clear.

[[nodiscard]] std::vector<Setting> tlsClientSettings();

[[nodiscard]] std::optional<TlsClientConfig> tlsClientConfigFrom(const Settings& settings);
/// Nothing without tls. Reads the files that it names, too. Throws SettingFailure
/// where one is no good, keys are given that do not go together, or without tls.

} // namespace Bore

#endif // Bore_Client_TlsClientSettings_INCLUDED
