//
// JournalStreamTest.cpp
//

#include "Shared/JournalStream.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace Bore;

class JournalStreamTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(JournalStreamTest);
	CPPUNIT_TEST(testStreamThatTheVariableNames);
	CPPUNIT_TEST(testVariableOfAnotherStreamSaysNothing);
	CPPUNIT_TEST_SUITE_END();

public:
	void testStreamThatTheVariableNames() { CPPUNIT_ASSERT(isJournalStream(STDIN_FILENO, named(0).c_str())); }

	void testVariableOfAnotherStreamSaysNothing()
	{
		CPPUNIT_ASSERT(!isJournalStream(STDIN_FILENO, nullptr));
		CPPUNIT_ASSERT(!isJournalStream(-1, named(0).c_str()));
		for (const std::string& other : {named(1), named(0) + "0", std::string(), std::string(":"),
				 std::string("journal"), "0" + named(0)})
			CPPUNIT_ASSERT_MESSAGE(other, !isJournalStream(STDIN_FILENO, other.c_str()));
	}

private:
	static std::string named(unsigned off)
	{
		struct stat status = {};
		CPPUNIT_ASSERT_EQUAL(0, ::fstat(STDIN_FILENO, &status));
		return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino + off);
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(JournalStreamTest);
