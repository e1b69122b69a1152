//
// SessionFailureTest.cpp
//

#include "Client/SessionFailure.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class SessionFailureTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SessionFailureTest);
	CPPUNIT_TEST(testTimeMendsWhatIsNotSaidOfThisClient);
	CPPUNIT_TEST(testRefusalsOfThisClientAreForGood);
	CPPUNIT_TEST(testAddressMayBeAllowedAgainLater);
	CPPUNIT_TEST(testRefusedTicketIsFollowedByHello);
	CPPUNIT_TEST(testTextSaysHowToMendItAndIsEscaped);
	CPPUNIT_TEST_SUITE_END();

	using Remedy = SessionFailure::Remedy;

public:
	void testTimeMendsWhatIsNotSaidOfThisClient()
	{
		for (const char* text : {"port already in use", "failed to bind to port",
				 "failed to find an available port", "of a later version"})
			expect(SessionFailure::refusal({text}), ExitCode::PortRefused, Remedy::Time);
		for (const char* text : {"unable to parse message", "frame error, invalid byte length",
				 "timed out waiting for initial message"})
			expect(SessionFailure::refusal({text}), ExitCode::Unreachable, Remedy::Time);
	}

	void testRefusalsOfThisClientAreForGood()
	{
		for (const char* text : {"client port number not in allowed range", "permission denied"})
			expect(SessionFailure::refusal({text}), ExitCode::PortRefused, Remedy::None);
		for (const char* text :
			{"invalid secret", "server requires secret, but no secret was provided", "user expired"})
			expect(SessionFailure::refusal({text}), ExitCode::AuthRefused, Remedy::None);
	}

	void testAddressMayBeAllowedAgainLater()
	{
		expect(SessionFailure::refusal({"address not allowed"}), ExitCode::AuthRefused, Remedy::Time);
		expect(SessionFailure::reclaimRefusal({"address not allowed"}), ExitCode::AuthRefused, Remedy::Time);
	}

	void testRefusedTicketIsFollowedByHello()
	{
		for (const char* text :
			{"unknown ticket", "unable to parse message", "permission denied", "of a later version"})
			CPPUNIT_ASSERT_MESSAGE(text, SessionFailure::reclaimRefusal({text}).remedy() == Remedy::Hello);
		expect(SessionFailure::reclaimRefusal({"port already in use"}), ExitCode::PortRefused, Remedy::Time);
		expect(SessionFailure::reclaimRefusal({"invalid secret"}), ExitCode::AuthRefused, Remedy::None);
	}

	void testTextSaysHowToMendItAndIsEscaped()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("server error: port already in use (ask for another with --port, or "
										 "leave it out for any)"),
			std::string(SessionFailure::refusal({"port already in use"}).what()));
		CPPUNIT_ASSERT_EQUAL(std::string("server error: invalid secret (the server has another secret)"),
			std::string(SessionFailure::reclaimRefusal({"invalid secret"}).what()));
		CPPUNIT_ASSERT_EQUAL(
			std::string("server error: a\\nb"), std::string(SessionFailure::refusal({"a\nb"}).what()));
	}

private:
	static void expect(const SessionFailure& failure, ExitCode code, Remedy remedy)
	{
		CPPUNIT_ASSERT_EQUAL_MESSAGE(failure.what(), int(code), int(failure.code()));
		CPPUNIT_ASSERT_MESSAGE(failure.what(), failure.remedy() == remedy);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionFailureTest);
