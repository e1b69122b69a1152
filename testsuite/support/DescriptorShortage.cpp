//
// DescriptorShortage.cpp
//

#include "testsuite/support/DescriptorShortage.h"

#include <algorithm>
#include <cerrno>
#include <cppunit/TestAssert.h>
#include <unistd.h>

namespace Bore::Test
{

DescriptorShortage::DescriptorShortage()
{
	Descriptor lowest(::dup(STDERR_FILENO));
	CPPUNIT_ASSERT(lowest && ::getrlimit(RLIMIT_NOFILE, &_before) == 0);
	// What is open above the limit stays open.
	rlimit lowered = _before;
	lowered.rlim_cur = std::min<rlim_t>(_before.rlim_cur, static_cast<rlim_t>(lowest.get()) + 64);
	CPPUNIT_ASSERT(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
	_fillers.push_back(std::move(lowest));
	for (int fd = ::dup(STDERR_FILENO); fd >= 0; fd = ::dup(STDERR_FILENO)) _fillers.emplace_back(fd);
	CPPUNIT_ASSERT_EQUAL(EMFILE, errno);
}

DescriptorShortage::~DescriptorShortage()
{
	::setrlimit(RLIMIT_NOFILE, &_before);
}

} // namespace Bore::Test
