//
// ProcessSetupTest.cpp
//

#include "Shared/ProcessSetup.h"
#include "Shared/Descriptor.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace Bore;

class ProcessSetupTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(ProcessSetupTest);
	CPPUNIT_TEST(testClosedStandardDescriptorsAreOpened);
	CPPUNIT_TEST(testNoDescriptorIsLeftOver);
	CPPUNIT_TEST(testSoftLimitIsRaisedToTheHardOne);
	CPPUNIT_TEST(testLimitThatIsThereIsNotReported);
	CPPUNIT_TEST_SUITE_END();

public:
	void testClosedStandardDescriptorsAreOpened()
	{
		const Descriptor keep(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10));
		::close(STDIN_FILENO);
		openStandardDescriptors();
		const bool open = ::fcntl(STDIN_FILENO, F_GETFD) >= 0;
		if (keep) ::dup2(keep.get(), STDIN_FILENO);
		CPPUNIT_ASSERT(open);
	}

	void testNoDescriptorIsLeftOver()
	{
		openStandardDescriptors();
		const Descriptor next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
		const int number = next.get();
		openStandardDescriptors();
		const Descriptor afterwards(::open("/dev/null", O_RDONLY | O_CLOEXEC));
		CPPUNIT_ASSERT_EQUAL(number + 1, afterwards.get());
	}

	void testSoftLimitIsRaisedToTheHardOne()
	{
		rlimit before{};
		CPPUNIT_ASSERT_EQUAL(0, ::getrlimit(RLIMIT_NOFILE, &before));
		rlimit lowered = before;
		lowered.rlim_cur = before.rlim_max / 2;
		CPPUNIT_ASSERT_EQUAL(0, ::setrlimit(RLIMIT_NOFILE, &lowered));
		const auto raised = raiseDescriptorLimit();
		rlimit after{};
		::getrlimit(RLIMIT_NOFILE, &after);
		::setrlimit(RLIMIT_NOFILE, &before);
		CPPUNIT_ASSERT(raised);
		CPPUNIT_ASSERT(raised->before == lowered.rlim_cur);
		CPPUNIT_ASSERT(raised->after == before.rlim_max);
		CPPUNIT_ASSERT(after.rlim_cur == before.rlim_max);
	}

	void testLimitThatIsThereIsNotReported()
	{
		static_cast<void>(raiseDescriptorLimit());
		CPPUNIT_ASSERT(!raiseDescriptorLimit());
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProcessSetupTest);
