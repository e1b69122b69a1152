//
// Uuid.h
//
// The ids of challenges and visitors.
//

#ifndef Bore_Shared_Uuid_INCLUDED
#define Bore_Shared_Uuid_INCLUDED

#include <Poco/UUID.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace Bore
{

[[nodiscard]] Poco::UUID secureRandomUuid();
/// A version 4 UUID (RFC 4122, 4.4) with 122 bits from OpenSSL's secure
/// source. Any thread. Throws std::runtime_error if that source fails:
/// the connection that needed the id ends, and no weak id is ever given.

[[nodiscard]] std::optional<Poco::UUID> parseUuid(std::string_view text) noexcept;
/// Nothing unless the text has exactly the form 8-4-4-4-12 in lower case
/// hexadecimal digits: bore protocol: peers send no other. Any thread.

struct UuidHash
/// For unordered containers.
{
	[[nodiscard]] std::size_t operator()(const Poco::UUID& id) const noexcept;
};

} // namespace Bore

#endif // Bore_Shared_Uuid_INCLUDED
