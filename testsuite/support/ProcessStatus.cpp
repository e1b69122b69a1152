//
// ProcessStatus.cpp
//

#include "testsuite/support/ProcessStatus.h"

#include <cppunit/TestAssert.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace Bore::Test
{

ProcessStatus ProcessStatus::self() noexcept
{
	return ProcessStatus(::getpid());
}

std::size_t ProcessStatus::descriptors() const
{
	std::error_code error;
	std::size_t count = 0;
	std::filesystem::directory_iterator entry("/proc/" + std::to_string(_pid) + "/fd", error);
	for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
	if (error) CPPUNIT_FAIL("no descriptors of process " + std::to_string(_pid) + ": " + error.message());
	return _pid == ::getpid() ? count - 1 : count;
}

std::size_t ProcessStatus::pipes() const
{
	std::error_code error;
	std::size_t count = 0;
	std::filesystem::directory_iterator entry("/proc/" + std::to_string(_pid) + "/fd", error);
	for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
	{
		std::error_code closed; // in the meantime: no pipe any more
		if (std::filesystem::read_symlink(entry->path(), closed).string().rfind("pipe:", 0) == 0) ++count;
	}
	if (error) CPPUNIT_FAIL("no descriptors of process " + std::to_string(_pid) + ": " + error.message());
	return count;
}

std::size_t ProcessStatus::threads() const
{
	return field("Threads:");
}

std::size_t ProcessStatus::residentKilobytes() const
{
	return field("VmRSS:");
}

std::size_t ProcessStatus::field(const char* name) const
{
	std::ifstream status("/proc/" + std::to_string(_pid) + "/status");
	for (std::string word; status >> word;)
	{
		std::size_t value = 0;
		if (word == name && status >> value) return value;
	}
	CPPUNIT_FAIL("no " + std::string(name) + " of process " + std::to_string(_pid));
	return 0;
}

} // namespace Bore::Test
