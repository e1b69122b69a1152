//
// FrameShapeTest.cpp
//

#include "Shared/FrameShape.h"

#include "Shared/ProtocolException.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace Bore;

class FrameShapeTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(FrameShapeTest);
	CPPUNIT_TEST(testBareString);
	CPPUNIT_TEST(testMemberOfAString);
	CPPUNIT_TEST(testMemberOfAnInteger);
	CPPUNIT_TEST(testOtherJsonIsOneValueAndNothingElse);
	CPPUNIT_TEST(testSeveralValuesAreNotOne);
	CPPUNIT_TEST(testKeyIsAsItIsWritten);
	CPPUNIT_TEST(testWhatIsNoJsonIsMalformed);
	CPPUNIT_TEST_SUITE_END();

public:
	void testBareString()
	{
		const FrameShape shape("\"Heart\\u0062eat\"");
		CPPUNIT_ASSERT(shape.isOneValue() && shape.isBareString());
		CPPUNIT_ASSERT(!shape.isMember(true) && !shape.isMember(false));
		CPPUNIT_ASSERT_EQUAL(std::string("Heartbeat"), shape.text());
	}

	void testMemberOfAString()
	{
		const FrameShape shape(R"({ "Error" : "why" })");
		CPPUNIT_ASSERT(shape.isMember(true) && !shape.isMember(false) && !shape.isBareString());
		CPPUNIT_ASSERT_EQUAL(std::string("Error"), std::string(shape.key()));
		CPPUNIT_ASSERT_EQUAL(std::string("why"), shape.text());
	}

	void testMemberOfAnInteger()
	{
		const FrameShape shape(R"({"Hello":0})");
		CPPUNIT_ASSERT(shape.isMember(false) && !shape.isMember(true));
	}

	void testOtherJsonIsOneValueAndNothingElse()
	{
		for (const char* frame : {"{}", "[]", "null", "1.5", "true", R"({"a":1,"b":2})", R"({"a":{"b":1}})",
				 R"(["x"])", R"({"a":[1]})"})
		{
			const FrameShape shape(frame);
			CPPUNIT_ASSERT_MESSAGE(frame, shape.isOneValue());
			CPPUNIT_ASSERT_MESSAGE(
				frame, !shape.isBareString() && !shape.isMember(true) && !shape.isMember(false));
		}
	}

	void testSeveralValuesAreNotOne()
	{
		const FrameShape shape(R"("a","b")");
		CPPUNIT_ASSERT(!shape.isOneValue() && !shape.isBareString());
	}

	void testKeyIsAsItIsWritten()
	{
		const FrameShape shape(R"({"Hello\u0000x":1})");
		CPPUNIT_ASSERT_EQUAL(std::string(R"(Hello\u0000x)"), std::string(shape.key()));
	}

	void testWhatIsNoJsonIsMalformed()
	{
		const std::string deep = std::string(65, '[') + std::string(65, ']');
		for (const std::string& frame : {std::string("{"), std::string("x"), std::string("\"\xff\""), deep})
			CPPUNIT_ASSERT_THROW_MESSAGE(frame, FrameShape{frame}, MalformedFrameException);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrameShapeTest);
