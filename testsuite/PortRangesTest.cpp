//
// PortRangesTest.cpp
//

#include "Shared/PortRanges.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>
#include <vector>

using namespace Bore;
using namespace std::string_literals;

class PortRangesTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PortRangesTest);
	CPPUNIT_TEST(testPortsAndRanges);
	CPPUNIT_TEST(testRangesThatTouchAreOne);
	CPPUNIT_TEST(testAllPorts);
	CPPUNIT_TEST(testNoPorts);
	CPPUNIT_TEST(testPortsByTheirIndex);
	CPPUNIT_TEST(testPortsWithinARange);
	CPPUNIT_TEST(testWrongListsAreRefused);
	CPPUNIT_TEST_SUITE_END();

public:
	void testPortsAndRanges()
	{
		const PortRanges ports = PortRanges::parse("9000, 8000-8100 1\t2000-2000");
		for (const auto inside : std::vector<std::uint16_t>{1, 2000, 8000, 8050, 8100, 9000})
			CPPUNIT_ASSERT_MESSAGE(std::to_string(inside), ports.contains(inside));
		for (const auto outside : std::vector<std::uint16_t>{0, 2, 1999, 2001, 7999, 8101, 8999, 9001, 65535})
			CPPUNIT_ASSERT_MESSAGE(std::to_string(outside), !ports.contains(outside));
		CPPUNIT_ASSERT_EQUAL(std::size_t{104}, ports.size());
		CPPUNIT_ASSERT_EQUAL("1, 2000, 8000-8100, 9000"s, ports.toString());
	}

	void testRangesThatTouchAreOne()
	{
		CPPUNIT_ASSERT_EQUAL("1-9"s, PortRanges::parse("4-6,1-3,7,5-9").toString());
		CPPUNIT_ASSERT_EQUAL("1-9, 11"s, PortRanges::parse("11,1-9,2-3").toString());
	}

	void testAllPorts()
	{
		const PortRanges ports = PortRanges::parse("65535, 1-65535");
		CPPUNIT_ASSERT_EQUAL(std::size_t{65535}, ports.size());
		CPPUNIT_ASSERT(ports.contains(65535) && !ports.contains(0));
	}

	void testPortsByTheirIndex()
	{
		const auto ports = PortRanges::parse("80, 8000-8002");
		CPPUNIT_ASSERT_EQUAL(std::size_t(4), ports.size());
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(80), ports.at(0));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8000), ports.at(1));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(8002), ports.at(3));
		CPPUNIT_ASSERT_EQUAL(std::uint16_t(65535), PortRanges(1, 65535).at(65534));
	}

	void testPortsWithinARange()
	{
		const auto ports = PortRanges::parse("80, 8000-8100, 9000");
		CPPUNIT_ASSERT_EQUAL(std::string("8050-8100, 9000"), ports.within(8050, 65535).toString());
		CPPUNIT_ASSERT(ports.within(81, 7999).empty());
	}

	void testNoPorts()
	{
		CPPUNIT_ASSERT(PortRanges().empty());
		CPPUNIT_ASSERT(!PortRanges().contains(1));
		CPPUNIT_ASSERT_EQUAL(""s, PortRanges().toString());
	}

	void testWrongListsAreRefused()
	{
		for (const std::string bad :
			{"0", "65536", "http", "-1", "1-", "-", "1-2-3", "0-9", "1-65536", "+1", "0x50"})
			expectRefusal("80, " + bad,
				"\"" + bad + "\" is no port from 1 to 65535 and no range of them: write 9000 or 8000-8100");
		expectRefusal("9-8", "\"9-8\" runs backwards: write the lower port first");
		expectRefusal(
			"8000 - 8100", "\"-\" is no port from 1 to 65535 and no range of them: write 9000 or 8000-8100");
		for (const std::string none : {"", ",", " "})
			expectRefusal(none, "the list is empty: write ports, such as 9000 or 8000-8100");
	}

private:
	static void expectRefusal(const std::string& list, const std::string& reason)
	{
		try
		{
			static_cast<void>(PortRanges::parse(list));
		}
		catch (const std::invalid_argument& e)
		{
			CPPUNIT_ASSERT_EQUAL(reason, std::string(e.what()));
			return;
		}
		CPPUNIT_FAIL(list + " passed");
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(PortRangesTest);
