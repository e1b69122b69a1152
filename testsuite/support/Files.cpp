//
// Files.cpp
//

#include "testsuite/support/Files.h"

#include <cppunit/TestAssert.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace Bore::Test
{

std::string textOf(const std::string& path)
{
	const std::ifstream file(path, std::ios::binary);
	if (!file) return {};
	std::ostringstream text;
	text << file.rdbuf();
	return text.str();
}

bool exists(const std::string& path)
{
	struct stat status = {};
	return ::stat(path.c_str(), &status) == 0;
}

mode_t modeOf(const std::string& path)
{
	struct stat status = {};
	CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 0, ::stat(path.c_str(), &status));
	return status.st_mode & 07777U;
}

} // namespace Bore::Test
