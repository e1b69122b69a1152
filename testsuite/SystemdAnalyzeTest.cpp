//
// SystemdAnalyzeTest.cpp
//
// What systemd itself says of the units. Where it is not installed nothing
// is checked, and the suite says so: ctest lists it as skipped.
//

#include "testsuite/support/Files.h"
#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/UnitFile.h"

#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <string>

using namespace Bore;
using namespace Bore::Test;

class SystemdAnalyzeTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SystemdAnalyzeTest);
	CPPUNIT_TEST(testUnitsAreVerified);
	CPPUNIT_TEST(testMistakeInAUnitWouldBeFound);
	CPPUNIT_TEST(testUnitsAreNotExposed);
	CPPUNIT_TEST_SUITE_END();

public:
	void testUnitsAreVerified()
	{
		if (!isInstalled()) return;
		for (const auto& name : UnitFile::names())
		{
			const Ending ending = verify(name, UnitFile(name).text());
			CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.err, 0, ending.code);
			CPPUNIT_ASSERT_MESSAGE(ending.err, !complains(ending));
		}
	}

	void testMistakeInAUnitWouldBeFound()
	{
		if (!isInstalled()) return;
		for (const auto& name : UnitFile::names())
		{
			const std::string text = UnitFile(name).text();
			CPPUNIT_ASSERT(complains(verify(name, text + "\n[Service]\nProtectHoem=yes\n")));
			CPPUNIT_ASSERT(complains(verify(name, text + "\n[Service]\nSystemCallFilter=@nonsense\n")));
		}
	}

	void testUnitsAreNotExposed()
	{
		if (!isInstalled()) return;
		for (const auto& name : UnitFile::names())
		{
			// From 0 to 100. What is left is the network, and the system's root folder.
			const auto path = _directory.write(name, UnitFile(name).text());
			const Ending ending =
				endingOf(ANALYZE, {"security", "--offline=yes", "--no-pager", "--threshold=15", path});
			CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.out + ending.err, 0, ending.code);
		}
	}

private:
	static constexpr const char* ANALYZE = "/usr/bin/systemd-analyze";

	[[nodiscard]] static bool isInstalled()
	{
		if (exists(ANALYZE)) return true;
		std::cout << "\nSKIPPED: there is no " << ANALYZE
				  << ", so that the systemd units were not checked: install the package systemd" << std::endl;
		return false;
	}

	[[nodiscard]] Ending verify(const std::string& name, const std::string& text) const
	{
		return endingOf(ANALYZE, {"verify", "--man=no", _directory.write(name, text)});
	}

	[[nodiscard]] static bool complains(const Ending& ending)
	/// About a unit of ours: it knows those of the system, too.
	{
		return ending.err.find("/bore-") != std::string::npos;
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SystemdAnalyzeTest);
