//
// Extension.cpp
//

#include "Shared/Extension.h"

#include "Shared/Message.h"
#include "Shared/PeerAddress.h"
#include "Shared/Uuid.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <exception>
#include <limits>

namespace Bore
{

namespace
{

Poco::JSON::Object::Ptr contentOf(std::string_view frame, const char* name)
{
	// POCO's own parser is less strict than ours, which goes first.
	if (!isWellFormedJson(frame)) return nullptr;
	const auto value = Poco::JSON::Parser().parse(std::string(frame));
	if (value.type() != typeid(Poco::JSON::Object::Ptr)) return nullptr;
	const auto& object = value.extract<Poco::JSON::Object::Ptr>();
	return object->size() == 1 ? object->getObject(name) : nullptr;
}

std::optional<std::uint32_t> numberOf(const Poco::JSON::Object& object, const char* name)
{
	const auto value = object.get(name);
	// POCO takes true for an integer.
	if (!value.isInteger() || value.isBoolean()) return std::nullopt;
	const auto number = value.convert<Poco::Int64>();
	if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
	return static_cast<std::uint32_t>(number);
}

std::optional<ProxyHeader::Addresses> addressesOf(const Poco::JSON::Object& object)
{
	if (!object.has("from") && !object.has("to")) return std::nullopt;
	// One alone, or one that is malformed, is a fault: neither is ever guessed.
	return ProxyHeader::Addresses{parseAddress(object.getValue<std::string>("from")).value(),
		parseAddress(object.getValue<std::string>("to")).value()};
}

std::string visitorMember(std::uint32_t visitor)
{
	return visitor == 0 ? std::string() : ",\"visitor\":" + std::to_string(visitor);
}

} // namespace

std::optional<Offer> parseOffer(std::string_view frame) noexcept
{
	try
	{
		const auto content = contentOf(frame, "Offer");
		if (!content) return std::nullopt;
		return Offer{numberOf(*content, "standby").value_or(0), numberOf(*content, "visitor").value_or(0)};
	}
	catch (const std::exception&)
	{
		return std::nullopt;
	}
}

std::optional<Grant> parseGrant(std::string_view frame) noexcept
{
	try
	{
		const auto content = contentOf(frame, "Grant");
		if (!content) return std::nullopt;
		const auto ticket = parseUuid(content->optValue<std::string>("ticket", ""));
		if (!ticket) return std::nullopt;
		return Grant{
			numberOf(*content, "standby").value_or(0), *ticket, numberOf(*content, "visitor").value_or(0)};
	}
	catch (const std::exception&)
	{
		return std::nullopt;
	}
}

std::optional<VisitorNotice> parseVisitorNotice(std::string_view frame) noexcept
{
	try
	{
		const auto content = contentOf(frame, "Visitor");
		if (!content) return std::nullopt;
		const auto id = parseUuid(content->optValue<std::string>("id", ""));
		if (!id) return std::nullopt;
		return VisitorNotice{*id, addressesOf(*content)};
	}
	catch (const std::exception&)
	{
		return std::nullopt;
	}
}

std::string format(const Offer& offer)
{
	return "{\"Offer\":{\"standby\":" + std::to_string(offer.standby) + visitorMember(offer.visitor) + "}}";
}

std::string format(const Grant& grant)
{
	return "{\"Grant\":{\"standby\":" + std::to_string(grant.standby) + ",\"ticket\":\"" +
		   grant.ticket.toString() + "\"" + visitorMember(grant.visitor) + "}}";
}

std::string format(const VisitorNotice& notice)
{
	std::string frame = "{\"Visitor\":{\"id\":\"" + notice.id.toString() + "\"";
	if (notice.addresses)
		frame += ",\"from\":\"" + addressText(withoutScope(notice.addresses->from)) + "\",\"to\":\"" +
				 addressText(withoutScope(notice.addresses->to)) + "\"";
	return frame + "}}";
}

} // namespace Bore
