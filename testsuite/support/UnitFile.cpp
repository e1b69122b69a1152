//
// UnitFile.cpp
//

#include "testsuite/support/UnitFile.h"

#include "testsuite/support/Files.h"

#include <Poco/String.h>

#include <cppunit/TestAssert.h>
#include <sstream>

namespace Bore::Test
{

UnitFile::UnitFile(const std::string& name)
	: _text(textOf(BORE_UNIT_DIR "/" + name))
{
	CPPUNIT_ASSERT_MESSAGE(name, !_text.empty());
	for (const std::string program : {BORE_SERVER_BINARY, BORE_CLIENT_BINARY})
		Poco::replaceInPlace(_text, BORE_INSTALL_BINDIR + program.substr(program.rfind('/')), program);
}

std::vector<std::string> UnitFile::names()
{
	return {"bore-server.service", "bore-client@.service"};
}

std::vector<std::string> UnitFile::values(const std::string& key) const
{
	std::vector<std::string> result;
	std::istringstream lines(_text);
	for (std::string line; std::getline(lines, line);)
		if (line.rfind(key + "=", 0) == 0) result.push_back(line.substr(key.size() + 1));
	return result;
}

std::vector<std::string> UnitFile::words(const std::string& key, const std::string& instance) const
{
	const auto all = values(key);
	CPPUNIT_ASSERT_MESSAGE(key, !all.empty());
	std::vector<std::string> result;
	std::istringstream line(Poco::replace(all.front(), std::string("%i"), instance));
	for (std::string word; line >> word;) result.push_back(word);
	return result;
}

} // namespace Bore::Test
