//
// Extension.h
//
// Offer and Grant: what two peers of ours agree on beyond bore.
//

#ifndef Bore_Shared_Extension_INCLUDED
#define Bore_Shared_Extension_INCLUDED

#include <Poco/UUID.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

struct Offer
/// Client, after Hello: what it could do. A plain bore server never reads it.
{
	std::uint32_t standby = 0; /// standby connections it would keep
};

struct Grant
/// Server, in answer to an Offer: what it takes.
{
	std::uint32_t standby = 0; /// standby connections it will hold
	Poco::UUID ticket;         /// names the tunnel, secretly
};

[[nodiscard]] std::optional<Offer> parseOffer(std::string_view frame) noexcept;
[[nodiscard]] std::optional<Grant> parseGrant(std::string_view frame) noexcept;
/// Nothing if the frame is no Offer (Grant). Members that we do not know
/// are ignored, so that later extensions can join. Any thread.

[[nodiscard]] std::string format(const Offer& offer);
[[nodiscard]] std::string format(const Grant& grant);
/// The frame, without its NUL. Any thread.

} // namespace Bore

#endif // Bore_Shared_Extension_INCLUDED
