//
// UuidTest.cpp
//

#include "Shared/Uuid.h"

#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <string>
#include <string_view>
#include <unordered_set>

using namespace Bore;
using namespace std::string_literals;

class UuidTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(UuidTest);
	CPPUNIT_TEST(testRandomIdsAreVersion4);
	CPPUNIT_TEST(testRandomIdsDiffer);
	CPPUNIT_TEST(testEveryFreeBitVaries);
	CPPUNIT_TEST(testTextIsParsedInNetworkOrder);
	CPPUNIT_TEST(testRandomIdsAreParsedBack);
	CPPUNIT_TEST(testOtherFormsAreRefused);
	CPPUNIT_TEST_SUITE_END();

	static std::array<unsigned char, 16> bytesOf(const Poco::UUID& id)
	{
		std::array<unsigned char, 16> bytes{};
		id.copyTo(reinterpret_cast<char*>(bytes.data()));
		return bytes;
	}

public:
	void testRandomIdsAreVersion4()
	{
		for (int i = 0; i < 100; ++i)
		{
			const std::string text = secureRandomUuid().toString();
			CPPUNIT_ASSERT_EQUAL('4', text.at(14));
			CPPUNIT_ASSERT("89ab"s.find(text.at(19)) != std::string::npos);
		}
	}

	void testRandomIdsDiffer()
	{
		std::unordered_set<Poco::UUID, UuidHash> ids;
		for (int i = 0; i < 10000; ++i) CPPUNIT_ASSERT(ids.insert(secureRandomUuid()).second);
	}

	void testEveryFreeBitVaries()
	{
		std::array<unsigned, 16> varied{};
		const auto first = bytesOf(secureRandomUuid());
		for (int i = 0; i < 200; ++i)
		{
			const auto other = bytesOf(secureRandomUuid());
			for (std::size_t b = 0; b < other.size(); ++b)
				varied[b] |= static_cast<unsigned>(first[b] ^ other[b]);
		}
		for (std::size_t b = 0; b < varied.size(); ++b)
		{
			const unsigned expected = b == 6 ? 0x0FU : b == 8 ? 0x3FU : 0xFFU;
			CPPUNIT_ASSERT_EQUAL(expected, varied[b]);
		}
	}

	void testTextIsParsedInNetworkOrder()
	{
		const auto id = parseUuid("01234567-89ab-cdef-0123-456789abcdef");
		CPPUNIT_ASSERT(id.has_value());
		const std::array<unsigned char, 16> expected{
			0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};
		CPPUNIT_ASSERT(expected == bytesOf(*id));
	}

	void testRandomIdsAreParsedBack()
	{
		for (int i = 0; i < 100; ++i)
		{
			const Poco::UUID id = secureRandomUuid();
			const auto parsed = parseUuid(id.toString());
			CPPUNIT_ASSERT(parsed.has_value());
			CPPUNIT_ASSERT(id == *parsed);
			CPPUNIT_ASSERT_EQUAL(UuidHash()(id), UuidHash()(*parsed));
		}
	}

	void testOtherFormsAreRefused()
	{
		for (const std::string& text : {
				 ""s,
				 "67e5504410b1426f9247bb680e5fe0c8"s,
				 "67E55044-10B1-426F-9247-BB680E5FE0C8"s,
				 "67e55044-10b1-426f-9247-bb680e5fe0c"s,
				 "67e55044-10b1-426f-9247-bb680e5fe0c8 "s,
				 "67e55044-10b1-426f-9247-bb680e5fe0c88"s,
				 "{67e55044-10b1-426f-9247-bb680e5fe0c8}"s,
				 "67e55044-10b1-426f-9247-bb680e5fe0cg"s,
				 "67e55044-10b1-426f-9247-bb680e5fe0 8"s,
				 "67e5504410b1-426f-9247-bb680e5fe0c8-"s,
				 "67e5504-410b1-426f-9247-bb680e5fe0c8"s,
				 "67e55044010b1-426f-9247-bb680e5fe0c8"s,
				 "-7e55044-10b1-426f-9247-bb680e5fe0c8"s,
				 "67e55044-10b1-426f-9247-bb680e5fe0c\0"s,
				 "+7e55044-10b1-426f-9247-bb680e5fe0c8"s,
			 })
		{
			CPPUNIT_ASSERT_MESSAGE(text, !parseUuid(text));
		}
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(UuidTest);
