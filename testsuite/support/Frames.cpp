//
// Frames.cpp
//

#include "testsuite/support/Frames.h"

#include "Shared/Extension.h"
#include "Shared/Message.h"

#include <cppunit/TestAssert.h>

namespace Bore::Test
{

std::uint16_t openTunnel(ScriptedPeer& control, std::uint16_t port)
{
	control.sendFrame("{\"Hello\":" + std::to_string(port) + "}");
	const std::string answer = control.receiveFrame();
	const auto message = parseServerMessage(answer);
	const auto* const hello = std::get_if<Hello>(&message);
	CPPUNIT_ASSERT_MESSAGE("expected Hello, got " + answer, hello != nullptr);
	CPPUNIT_ASSERT(port == 0 || hello->port == port);
	return hello->port;
}

std::string grantedTicket(ScriptedPeer& control)
{
	control.sendFrame("{\"Offer\":{\"standby\":8}}");
	const std::string frame = control.receiveMessage();
	const auto grant = parseGrant(frame);
	CPPUNIT_ASSERT_MESSAGE("expected Grant, got " + frame, grant.has_value());
	return grant->ticket.toString();
}

std::string reclaimFrame(const std::string& ticket)
{
	return "{\"Reclaim\":\"" + ticket + "\"}";
}

std::string announcedVisitor(ScriptedPeer& control)
{
	const std::string frame = control.receiveMessage();
	const auto message = parseServerMessage(frame);
	const auto* const connection = std::get_if<Connection>(&message);
	CPPUNIT_ASSERT_MESSAGE("expected Connection, got " + frame, connection != nullptr);
	return connection->id.toString();
}

std::string acceptFrame(const std::string& id)
{
	return "{\"Accept\":\"" + id + "\"}" + '\0';
}

std::string helloOfSize(std::size_t size)
{
	std::string frame = "{\"Hello\":0}";
	return frame.insert(frame.size() - 1, size - frame.size(), ' ');
}

} // namespace Bore::Test
