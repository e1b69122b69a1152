//
// LoggingErrorHandlerTest.cpp
//

#include "Shared/LoggingErrorHandler.h"
#include "testsuite/support/CapturedLog.h"

#include <Poco/Net/NetException.h>
#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class LoggingErrorHandlerTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(LoggingErrorHandlerTest);
	CPPUNIT_TEST(testEveryKindOfErrorIsLogged);
	CPPUNIT_TEST(testInstalledHandlerIsPocos);
	CPPUNIT_TEST(testClassNamesAreLeftOut);
	CPPUNIT_TEST(testTextStaysOneLine);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEveryKindOfErrorIsLogged()
	{
		const CapturedLog log;
		LoggingErrorHandler handler;
		handler.exception(static_cast<const Poco::Exception&>(Poco::Net::ConnectionResetException("peer")));
		handler.exception(static_cast<const std::exception&>(std::runtime_error("broken")));
		handler.exception();
		CPPUNIT_ASSERT_EQUAL(std::string("Error threads: Connection reset by peer: peer\n"
										 "Error threads: broken\n"
										 "Error threads: unknown error\n"),
			log.text());
	}

	void testInstalledHandlerIsPocos()
	{
		Poco::ErrorHandler* before = Poco::ErrorHandler::get();
		LoggingErrorHandler::install();
		const CapturedLog log;
		Poco::ErrorHandler::handle(std::runtime_error("broken"));
		Poco::ErrorHandler::set(before);
		CPPUNIT_ASSERT_EQUAL(std::string("Error threads: broken\n"), log.text());
	}

	void testClassNamesAreLeftOut()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("some words"), plainText(Poco::Net::NetException("some words")));
		CPPUNIT_ASSERT_EQUAL(std::string("unknown error"), plainText(Poco::Net::NetException()));
		CPPUNIT_ASSERT_EQUAL(std::string("Timeout"), plainText(Poco::TimeoutException()));
		CPPUNIT_ASSERT_EQUAL(std::string("Timeout: connect"), plainText(Poco::TimeoutException("connect")));
	}

	void testTextStaysOneLine()
	{
		CPPUNIT_ASSERT_EQUAL(std::string("a\\nb"), plainText(std::runtime_error("a\nb")));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoggingErrorHandlerTest);
