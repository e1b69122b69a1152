//
// TemporaryDirectory.cpp
//

#include "testsuite/support/TemporaryDirectory.h"

#include <cppunit/TestAssert.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

namespace Bore::Test
{

TemporaryDirectory::~TemporaryDirectory()
{
	if (_path.empty()) return;
	std::error_code ignored;
	std::filesystem::remove_all(_path, ignored);
}

const std::string& TemporaryDirectory::path() const
{
	if (!_path.empty()) return _path;
	std::string made = (std::filesystem::temp_directory_path() / "bore-test-XXXXXX").string();
	if (::mkdtemp(made.data()) == nullptr) CPPUNIT_FAIL("no directory can be made like " + made);
	_path = std::move(made);
	return _path;
}

std::string TemporaryDirectory::path(const std::string& name) const
{
	return path() + "/" + name;
}

std::string TemporaryDirectory::write(const std::string& name, const std::string& content) const
{
	std::string file = path(name);
	std::ofstream stream(file, std::ios::binary | std::ios::trunc);
	stream << content;
	stream.close();
	// What a test writes may be a secret, which others must have no right to.
	if (stream)
		std::filesystem::permissions(
			file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
	if (!stream) CPPUNIT_FAIL("cannot write " + file);
	return file;
}

} // namespace Bore::Test
