//
// Extension.h
//
// What two peers of ours agree on beyond bore, and say then.
//

#ifndef Bore_Shared_Extension_INCLUDED
#define Bore_Shared_Extension_INCLUDED

#include "Shared/ProxyHeader.h"

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
	std::uint32_t visitor = 0; /// 1: it asks who its visitors are
};

struct Grant
/// Server, in answer to an Offer: what it takes.
{
	std::uint32_t standby = 0; /// standby connections it will hold
	Poco::UUID ticket;         /// names the tunnel, secretly
	std::uint32_t visitor = 0; /// 1: visitors come by VisitorNotice from now on
};

struct VisitorNotice
/// Server, in place of Connection where that was granted: a visitor has
/// come, and who it is.
{
	Poco::UUID id;
	std::optional<ProxyHeader::Addresses> addresses = {}; /// none: the server does not know
};

[[nodiscard]] std::optional<Offer> parseOffer(std::string_view frame) noexcept;
[[nodiscard]] std::optional<Grant> parseGrant(std::string_view frame) noexcept;
[[nodiscard]] std::optional<VisitorNotice> parseVisitorNotice(std::string_view frame) noexcept;
/// Nothing if the frame is no Offer (Grant, Visitor). Members that we do not
/// know are ignored, so that later extensions can join. Any thread.

[[nodiscard]] std::string format(const Offer& offer);
[[nodiscard]] std::string format(const Grant& grant);
[[nodiscard]] std::string format(const VisitorNotice& notice);
/// The frame, without its NUL. Any thread.

} // namespace Bore

#endif // Bore_Shared_Extension_INCLUDED
