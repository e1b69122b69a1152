//
// DescriptorTest.cpp
//

#include "Shared/Descriptor.h"

#include <cerrno>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <utility>

using namespace Bore;

class DescriptorTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DescriptorTest);
	CPPUNIT_TEST(testHoldsNothingAtFirst);
	CPPUNIT_TEST(testClosesWhenItEnds);
	CPPUNIT_TEST(testMoveHandsOver);
	CPPUNIT_TEST(testAssignmentClosesWhatWasHeld);
	CPPUNIT_TEST(testFailedCallIsThrownWithItsName);
	CPPUNIT_TEST_SUITE_END();

public:
	void testHoldsNothingAtFirst()
	{
		const Descriptor none;
		CPPUNIT_ASSERT(!none);
		CPPUNIT_ASSERT(!Descriptor(-1));
	}

	void testClosesWhenItEnds()
	{
		int number = -1;
		{
			const Descriptor descriptor = open();
			number = descriptor.get();
			CPPUNIT_ASSERT(descriptor);
			CPPUNIT_ASSERT(isOpen(number));
		}
		CPPUNIT_ASSERT(!isOpen(number));
	}

	void testMoveHandsOver()
	{
		Descriptor first = open();
		const int number = first.get();
		{
			const Descriptor second(std::move(first));
			CPPUNIT_ASSERT_EQUAL(number, second.get());
			CPPUNIT_ASSERT(!first); // NOLINT(bugprone-use-after-move): what is left behind is the point
			CPPUNIT_ASSERT(isOpen(number));
		}
		CPPUNIT_ASSERT(!isOpen(number));
	}

	void testAssignmentClosesWhatWasHeld()
	{
		Descriptor held = open();
		const int old = held.get();
		Descriptor other = open();
		const int number = other.get();
		held = std::move(other);
		CPPUNIT_ASSERT_EQUAL(number, held.get());
		CPPUNIT_ASSERT(!isOpen(old));
		CPPUNIT_ASSERT(isOpen(number));
		held = Descriptor();
		CPPUNIT_ASSERT(!isOpen(number));
	}

	void testFailedCallIsThrownWithItsName()
	{
		try
		{
			const int failed = ::open("/no/such/file", O_RDONLY | O_CLOEXEC);
			static_cast<void>(Descriptor::checked(failed, "open"));
			CPPUNIT_FAIL("a failed call was taken");
		}
		catch (const std::system_error& e)
		{
			CPPUNIT_ASSERT_EQUAL(ENOENT, e.code().value());
			CPPUNIT_ASSERT_MESSAGE(e.what(), std::string(e.what()).find("open") != std::string::npos);
		}
	}

private:
	static Descriptor open() { return Descriptor::checked(::eventfd(0, EFD_CLOEXEC), "eventfd"); }

	static bool isOpen(int number) { return ::fcntl(number, F_GETFD) >= 0; }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DescriptorTest);
