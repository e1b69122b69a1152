//
// TemporaryDirectory.cpp
//

#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/TestAssert.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace Bore::Test
{

TemporaryDirectory::TemporaryDirectory()
	: _path((std::filesystem::temp_directory_path() / "bore-test-XXXXXX").string())
{
	if (::mkdtemp(_path.data()) == nullptr) CPPUNIT_FAIL("no directory can be made like " + _path);
}

TemporaryDirectory::~TemporaryDirectory()
{
	std::error_code ignored;
	std::filesystem::remove_all(_path, ignored);
}

std::string TemporaryDirectory::path(const std::string& name) const
{
	return _path + "/" + name;
}

std::string TemporaryDirectory::write(const std::string& name, const std::string& content) const
{
	std::string file = path(name);
	std::ofstream stream(file, std::ios::binary | std::ios::trunc);
	stream << content;
	stream.close();
	if (!stream) CPPUNIT_FAIL("cannot write " + file);
	return file;
}

} // namespace Bore::Test
