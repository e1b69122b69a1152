//
// ExtensionTest.cpp
//

#include "Shared/Extension.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"

#include <cppunit/extensions/HelperMacros.h>
#include <limits>
#include <string>

using namespace Bore;
using namespace std::string_literals;

class ExtensionTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ExtensionTest);
	CPPUNIT_TEST(testOfferIsWrittenWithoutSpaces);
	CPPUNIT_TEST(testGrantIsWrittenWithoutSpaces);
	CPPUNIT_TEST(testWhatIsWrittenIsRead);
	CPPUNIT_TEST(testLargestFramesKeepToTheLimit);
	CPPUNIT_TEST(testWhiteSpaceIsAllowed);
	CPPUNIT_TEST(testUnknownMembersAreIgnored);
	CPPUNIT_TEST(testMissingNumberIsNone);
	CPPUNIT_TEST(testNumberOfAnotherKindIsNone);
	CPPUNIT_TEST(testOtherFramesAreNoOffer);
	CPPUNIT_TEST(testOtherFramesAreNoGrant);
	CPPUNIT_TEST(testGrantNeedsATicketInItsOnlyForm);
	CPPUNIT_TEST(testMessagesOfThePlainProtocolStayStrict);
	CPPUNIT_TEST(testVisitorIsOfferedAndGranted);
	CPPUNIT_TEST(testVisitorNoticeIsWrittenAndRead);
	CPPUNIT_TEST(testVisitorNoticeOfUnknownAddressesIsWrittenAndRead);
	CPPUNIT_TEST(testMalformedVisitorNoticesAreNone);
	CPPUNIT_TEST(testReclaimIsWrittenAndRead);
	CPPUNIT_TEST(testClientSignsAreWrittenAndRead);
	CPPUNIT_TEST(testOtherFramesAreNoClientSign);
	CPPUNIT_TEST_SUITE_END();

public:
	void testReclaimIsWrittenAndRead()
	{
		const std::string frame = "{\"Reclaim\":\""s + TICKET + "\"}";
		CPPUNIT_ASSERT_EQUAL(frame, format(ClientMessage{Reclaim{Poco::UUID(TICKET)}}));
		const auto message = parseClientMessage(frame);
		CPPUNIT_ASSERT_EQUAL(std::string(TICKET), std::get<Reclaim>(message).ticket.toString());
	}

	void testClientSignsAreWrittenAndRead()
	{
		CPPUNIT_ASSERT_EQUAL("\"Heartbeat\""s, format(ClientSign{Heartbeat{}}));
		CPPUNIT_ASSERT_EQUAL("\"Goodbye\""s, format(ClientSign{Goodbye{}}));
		CPPUNIT_ASSERT(std::holds_alternative<Heartbeat>(parseClientSign("\"Heartbeat\"").value()));
		CPPUNIT_ASSERT(std::holds_alternative<Goodbye>(parseClientSign(" \"Goodbye\"\n").value()));
	}

	void testOtherFramesAreNoClientSign()
	{
		for (const std::string& frame : {""s, "\"heartbeat\""s, "\"Goodbye"s, "{\"Goodbye\":1}"s,
				 "[\"Goodbye\"]"s, "\"Goodbye\"x"s, "\"Goodbye\\u0000\""s, "\xFF"s, "7"s})
			CPPUNIT_ASSERT_MESSAGE(frame, !parseClientSign(frame));
	}

	void testOfferIsWrittenWithoutSpaces()
	{
		CPPUNIT_ASSERT_EQUAL("{\"Offer\":{\"standby\":8}}"s, format(Offer{8}));
	}

	void testGrantIsWrittenWithoutSpaces()
	{
		CPPUNIT_ASSERT_EQUAL(
			grantWith("\"standby\":8,\"ticket\":\""s + TICKET + "\""), format(Grant{8, Poco::UUID(TICKET)}));
	}

	void testWhatIsWrittenIsRead()
	{
		for (const std::uint32_t count : {0U, 1U, 8U, 65536U, std::numeric_limits<std::uint32_t>::max()})
		{
			CPPUNIT_ASSERT_EQUAL(count, parseOffer(format(Offer{count})).value().standby);
			const auto grant = parseGrant(format(Grant{count, Poco::UUID(TICKET)})).value();
			CPPUNIT_ASSERT_EQUAL(count, grant.standby);
			CPPUNIT_ASSERT_EQUAL(std::string(TICKET), grant.ticket.toString());
		}
	}

	void testLargestFramesKeepToTheLimit()
	{
		constexpr auto MOST = std::numeric_limits<std::uint32_t>::max();
		CPPUNIT_ASSERT(format(Offer{MOST}).size() <= Protocol::MAX_FRAME_BYTES);
		CPPUNIT_ASSERT(format(Grant{MOST, Poco::UUID(TICKET)}).size() <= Protocol::MAX_FRAME_BYTES);
		CPPUNIT_ASSERT(format(Grant{MOST, Poco::UUID(TICKET), MOST}).size() <= Protocol::MAX_FRAME_BYTES);
		const Poco::Net::SocketAddress longest("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535);
		const VisitorNotice notice{Poco::UUID(TICKET), ProxyHeader::Addresses{longest, longest}};
		CPPUNIT_ASSERT(format(notice).size() <= Protocol::MAX_FRAME_BYTES);
	}

	void testVisitorIsOfferedAndGranted()
	{
		CPPUNIT_ASSERT_EQUAL("{\"Offer\":{\"standby\":8,\"visitor\":1}}"s, format(Offer{8, 1}));
		CPPUNIT_ASSERT_EQUAL(grantWith("\"standby\":8,\"ticket\":\""s + TICKET + "\",\"visitor\":1"),
			format(Grant{8, Poco::UUID(TICKET), 1}));
		CPPUNIT_ASSERT_EQUAL(1U, parseOffer(format(Offer{8, 1})).value().visitor);
		CPPUNIT_ASSERT_EQUAL(1U, parseGrant(format(Grant{8, Poco::UUID(TICKET), 1})).value().visitor);
		CPPUNIT_ASSERT_EQUAL(0U, parseOffer(format(Offer{8})).value().visitor);
		CPPUNIT_ASSERT_EQUAL(0U, parseOffer(R"({"Offer":{"visitor":true}})").value().visitor);
	}

	void testVisitorNoticeIsWrittenAndRead()
	{
		const std::string frame = visitorWith(R"(,"from":"192.0.2.1:4711","to":"[2001:db8::1]:80")");
		const auto notice = parseVisitorNotice(frame).value();
		CPPUNIT_ASSERT_EQUAL(std::string(TICKET), notice.id.toString());
		CPPUNIT_ASSERT(Poco::Net::SocketAddress("192.0.2.1", 4711) == notice.addresses.value().from);
		CPPUNIT_ASSERT(Poco::Net::SocketAddress("2001:db8::1", 80) == notice.addresses.value().to);
		CPPUNIT_ASSERT_EQUAL(frame, format(notice));
		CPPUNIT_ASSERT(parseVisitorNotice(visitorWith(R"(,"x":[],"to":"[::1]:1","from":"[::2]:0")")));
	}

	void testVisitorNoticeOfUnknownAddressesIsWrittenAndRead()
	{
		const auto notice = parseVisitorNotice(visitorWith("")).value();
		CPPUNIT_ASSERT_EQUAL(std::string(TICKET), notice.id.toString());
		CPPUNIT_ASSERT(!notice.addresses);
		CPPUNIT_ASSERT_EQUAL(visitorWith(""), format(notice));
	}

	void testMalformedVisitorNoticesAreNone()
	{
		for (const std::string& frame : {R"({"Visitor":")"s + TICKET + "\"}", "{\"Visitor\":{}}"s,
				 "{\"Connection\":\""s + TICKET + "\"}", visitorWith("").insert(1, "\"Hello\":1,"),
				 visitorWith(R"(,"from":"192.0.2.1:4711")"), visitorWith(R"(,"to":"192.0.2.1:4711")"),
				 visitorWith(R"(,"from":"192.0.2.1","to":"192.0.2.2:1")"),
				 visitorWith(R"(,"from":"localhost:1","to":"192.0.2.2:1")"),
				 visitorWith(R"(,"from":1,"to":"192.0.2.2:1")"),
				 visitorWith(R"(,"from":null,"to":"192.0.2.2:1")")})
			CPPUNIT_ASSERT_MESSAGE(frame, !parseVisitorNotice(frame));
	}

	void testWhiteSpaceIsAllowed()
	{
		CPPUNIT_ASSERT_EQUAL(7U, parseOffer(" { \"Offer\" :\t{ \"standby\" : 7 } }\r\n").value().standby);
	}

	void testUnknownMembersAreIgnored()
	{
		CPPUNIT_ASSERT_EQUAL(
			8U, parseOffer(R"({"Offer":{"udp":true,"standby":8,"later":{"x":[1,null]}}})").value().standby);
		const auto grant =
			parseGrant(grantWith("\"x\":1.5,\"ticket\":\""s + TICKET + "\",\"standby\":3,\"y\":[]"));
		CPPUNIT_ASSERT_EQUAL(3U, grant.value().standby);
	}

	void testMissingNumberIsNone()
	{
		CPPUNIT_ASSERT_EQUAL(0U, parseOffer("{\"Offer\":{}}").value().standby);
		CPPUNIT_ASSERT_EQUAL(0U, parseGrant(grantWith("\"ticket\":\""s + TICKET + "\"")).value().standby);
	}

	void testNumberOfAnotherKindIsNone()
	{
		for (const char* value :
			{"-1", "4294967296", "18446744073709551616", "8.0", "1e2", "\"8\"", "true", "null", "[8]", "{}"})
		{
			const auto offer = parseOffer("{\"Offer\":{\"standby\":"s + value + "}}");
			CPPUNIT_ASSERT_EQUAL_MESSAGE(value, 0U, offer ? offer->standby : 0U);
		}
	}

	void testOtherFramesAreNoOffer()
	{
		for (const std::string& frame : {""s, "1"s, "\"Offer\""s, "null"s, "[]"s, "{}"s, "[{\"Offer\":{}}]"s,
				 "{\"Offer\":8}"s, "{\"Offer\":null}"s, "{\"Offer\":[]}"s, "{\"Offer\":\"8\"}"s,
				 "{\"offer\":{}}"s, "{\"Offer\":{}"s, "{\"Offer\":{}}x"s, "{\"Offer\":{}}{}"s,
				 "{\"Offer\":{},\"Hello\":1}"s, "{\"Offer\":{\"\xFF\":1}}"s, "{\"Offer\":{}}\xFF"s,
				 "{\"Grant\":{}}"s, "{\"Offer\":" + std::string(100, '[') + std::string(100, ']') + "}"})
			CPPUNIT_ASSERT_MESSAGE(frame, !parseOffer(frame));
	}

	void testOtherFramesAreNoGrant()
	{
		for (const std::string& frame : {""s, "\"Grant\""s, "{\"Grant\":8}"s, "{\"Grant\":[]}"s,
				 "{\"Offer\":{\"standby\":8}}"s, "{\"Error\":\"Grant\"}"s,
				 grantWith("\"ticket\":\""s + TICKET + "\"").insert(1, "\"Hello\":1,")})
			CPPUNIT_ASSERT_MESSAGE(frame, !parseGrant(frame));
	}

	void testGrantNeedsATicketInItsOnlyForm()
	{
		const std::string upper = "67E55044-10B1-426F-9247-BB680E5FE0C8";
		const std::string noDashes = "67e5504410b1426f9247bb680e5fe0c8";
		for (const std::string& ticket : {""s, "x"s, upper, noDashes, TICKET + " "s, TICKET + "0"s})
			CPPUNIT_ASSERT_MESSAGE(
				ticket, !parseGrant(grantWith("\"standby\":1,\"ticket\":\"" + ticket + "\"")));
		for (const char* members : {"\"standby\":1", "\"standby\":1,\"ticket\":1", "\"ticket\":null",
				 "\"ticket\":{}", "\"ticket\":[\"67e55044-10b1-426f-9247-bb680e5fe0c8\"]"})
			CPPUNIT_ASSERT_MESSAGE(members, !parseGrant(grantWith(members)));
	}

	void testMessagesOfThePlainProtocolStayStrict()
	{
		CPPUNIT_ASSERT(!parseOffer("{\"Hello\":0}"));
		CPPUNIT_ASSERT(!parseGrant("\"Heartbeat\""));
		CPPUNIT_ASSERT(!parseGrant("{\"Connection\":\""s + TICKET + "\"}"));
	}

private:
	static std::string visitorWith(const std::string& members)
	{
		return "{\"Visitor\":{\"id\":\""s + TICKET + "\"" + members + "}}";
	}

	static constexpr char TICKET[] = "67e55044-10b1-426f-9247-bb680e5fe0c8";

	[[nodiscard]] static std::string grantWith(const std::string& members)
	{
		return "{\"Grant\":{" + members + "}}";
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExtensionTest);
