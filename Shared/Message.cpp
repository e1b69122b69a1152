//
// Message.cpp
//

#include "Shared/Message.h"

#include "Shared/FrameShape.h"
#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Uuid.h"

#include <Poco/JSONString.h>

#include <algorithm>
#include <cstddef>
#include <exception>

namespace Bore
{

namespace
{

[[noreturn]] void throwMalformed()
{
	throw MalformedFrameException("the peer sent a malformed message");
}

Poco::UUID uuidOf(const FrameShape& shape)
{
	const auto id = parseUuid(shape.text());
	if (!id) throwMalformed();
	return *id;
}

Hello helloOf(std::string_view frame)
{
	// The number's digits themselves: POCO reads 2^64 and -0 as 0. The frame
	// is {"Hello":<integer>}, so no other colon or brace is in it.
	const std::size_t colon = frame.find(':');
	std::string_view number = frame.substr(colon + 1, frame.rfind('}') - colon - 1);
	constexpr std::string_view SPACE = " \t\r\n";
	number.remove_prefix(std::min(number.find_first_not_of(SPACE), number.size()));
	number = number.substr(0, number.find_last_not_of(SPACE) + 1);

	const auto port = parsePort(number);
	if (!port) throwMalformed();
	return Hello{*port};
}

void cutTo(std::string& text, std::size_t size)
{
	const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
	if (size >= text.size()) return;
	while (size > 0 && continues(text[size])) --size;
	text.resize(size);
}

std::string toUtf8(std::string_view text)
{
	constexpr std::string_view REPLACEMENT = "\xEF\xBF\xBD";
	std::string result;
	while (!text.empty())
	{
		const std::size_t size = utf8CharacterSize(text);
		result += size > 0 ? text.substr(0, size) : REPLACEMENT;
		text.remove_prefix(std::max<std::size_t>(size, 1));
	}
	return result;
}

std::string member(const char* key, const std::string& json)
{
	return std::string("{\"").append(key).append("\":").append(json).append("}");
}

std::string member(const char* key, const Poco::UUID& id)
{
	return member(key, '"' + id.toString() + '"');
}

std::string textMember(const char* key, std::string_view text)
{
	// Escapes lengthen the text; none shortens it.
	std::string rest = toUtf8(text.substr(0, Protocol::MAX_FRAME_BYTES));
	for (std::size_t size = Protocol::MAX_FRAME_BYTES;; --size)
	{
		cutTo(rest, size);
		std::string frame = member(key, Poco::toJSON(rest, Poco::JSON_WRAP_STRINGS));
		if (frame.size() <= Protocol::MAX_FRAME_BYTES) return frame;
	}
}

struct Formatter
{
	std::string operator()(const Authenticate& message) const
	{
		return textMember("Authenticate", message.tag);
	}
	std::string operator()(const Accept& message) const { return member("Accept", message.id); }
	std::string operator()(const Standby& message) const { return member("Standby", message.ticket); }
	std::string operator()(const Reclaim& message) const { return member("Reclaim", message.ticket); }
	std::string operator()(const Hello& message) const
	{
		return member("Hello", std::to_string(message.port));
	}
	std::string operator()(const Challenge& message) const { return member("Challenge", message.id); }
	std::string operator()(const Heartbeat&) const { return "\"Heartbeat\""; }
	std::string operator()(const Goodbye&) const { return "\"Goodbye\""; }
	std::string operator()(const Connection& message) const { return member("Connection", message.id); }
	std::string operator()(const Error& message) const { return textMember("Error", message.text); }
};

} // namespace

ClientMessage parseClientMessage(std::string_view frame)
{
	const FrameShape shape(frame);
	const std::string_view key = shape.key();
	if (shape.isMember(false) && key == "Hello") return helloOf(frame);
	if (shape.isMember(true))
	{
		if (key == "Authenticate") return Authenticate{shape.text()};
		if (key == "Accept") return Accept{uuidOf(shape)};
		if (key == "Standby") return Standby{uuidOf(shape)};
		if (key == "Reclaim") return Reclaim{uuidOf(shape)};
	}
	throwMalformed();
}

std::optional<ClientSign> parseClientSign(std::string_view frame) noexcept
{
	try
	{
		const FrameShape shape(frame);
		if (!shape.isBareString()) return std::nullopt;
		if (shape.text() == "Heartbeat") return Heartbeat{};
		if (shape.text() == "Goodbye") return Goodbye{};
	}
	catch (const std::exception&)
	{
		// Malformed is not for this function to say.
	}
	return std::nullopt;
}

ServerMessage parseServerMessage(std::string_view frame)
{
	const FrameShape shape(frame);
	const std::string_view key = shape.key();
	if (shape.isBareString() && shape.text() == "Heartbeat") return Heartbeat{};
	if (shape.isMember(false) && key == "Hello") return helloOf(frame);
	if (shape.isMember(true))
	{
		if (key == "Challenge") return Challenge{uuidOf(shape)};
		if (key == "Connection") return Connection{uuidOf(shape)};
		if (key == "Error") return Error{shape.text()};
	}
	throwMalformed();
}

std::string format(const ClientMessage& message)
{
	return std::visit(Formatter{}, message);
}

std::string format(const ClientSign& sign)
{
	return std::visit(Formatter{}, sign);
}

std::string format(const ServerMessage& message)
{
	return std::visit(Formatter{}, message);
}

bool isWellFormedJson(std::string_view frame) noexcept
{
	try
	{
		return FrameShape(frame).isOneValue();
	}
	catch (const std::exception&)
	{
		return false;
	}
}

} // namespace Bore
