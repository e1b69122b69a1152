//
// AnswerKeyTest.cpp
//

#include "Shared/AnswerKey.h"
#include "Shared/Authenticator.h"
#include "Shared/Uuid.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/String.h>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <string>

using namespace Bore;
using namespace std::string_literals;

class AnswerKeyTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AnswerKeyTest);
	CPPUNIT_TEST(testTagsAreThoseOfARealPeer);
	CPPUNIT_TEST(testTagsAreThoseOfTheAuthenticator);
	CPPUNIT_TEST(testEveryWrongBitIsNoticed);
	CPPUNIT_TEST(testOtherSecretsHaveOtherKeys);
	CPPUNIT_TEST(testBothCasesAreParsed);
	CPPUNIT_TEST(testWhatIsNoTagIsNotParsed);
	CPPUNIT_TEST_SUITE_END();

public:
	void testTagsAreThoseOfARealPeer()
	{
		std::ifstream file(BORE_TEST_DATA "/auth.json");
		const auto vectors = Poco::JSON::Parser().parse(file).extract<Poco::JSON::Array::Ptr>();
		int checked = 0;
		for (unsigned i = 0; i < vectors->size(); ++i)
		{
			const auto vector = vectors->getObject(i);
			const auto secret = vector->getValue<std::string>("secret");
			if (secret.empty()) continue; // refused by Secret
			const AnswerKey key{Secret(secret)};
			const auto challenge = AnswerKey::bytesOf(Poco::UUID(vector->getValue<std::string>("challenge")));
			const auto tag = AnswerKey::parse(vector->getValue<std::string>("tag"));
			CPPUNIT_ASSERT(tag);
			CPPUNIT_ASSERT(*tag == key.tag(challenge));
			CPPUNIT_ASSERT(key.answers(challenge, *tag));
			++checked;
		}
		CPPUNIT_ASSERT_EQUAL(15, checked);
	}

	void testTagsAreThoseOfTheAuthenticator()
	{
		for (std::size_t size = 1; size <= 130; ++size) // across the blocks of SHA-256
		{
			const Secret secret(std::string(size, 'x'));
			const auto challenge = secureRandomUuid();
			CPPUNIT_ASSERT(AnswerKey::parse(Authenticator(secret).tag(challenge)) ==
						   AnswerKey(secret).tag(AnswerKey::bytesOf(challenge)));
		}
	}

	void testEveryWrongBitIsNoticed()
	{
		const AnswerKey key{Secret("abc")};
		const auto challenge = AnswerKey::bytesOf(secureRandomUuid());
		for (std::size_t bit = 0; bit < 256; ++bit)
		{
			auto tag = key.tag(challenge);
			tag[bit / 8] ^= static_cast<unsigned char>(1U << (bit % 8));
			CPPUNIT_ASSERT(!key.answers(challenge, tag));
		}
	}

	void testOtherSecretsHaveOtherKeys()
	{
		CPPUNIT_ASSERT(AnswerKey(Secret("abc")) == AnswerKey(Secret("abc")));
		CPPUNIT_ASSERT(!(AnswerKey(Secret("abc")) == AnswerKey(Secret("abd"))));
	}

	void testBothCasesAreParsed()
	{
		const auto hex = Authenticator(Secret("abc")).tag(secureRandomUuid());
		CPPUNIT_ASSERT(AnswerKey::parse(hex));
		CPPUNIT_ASSERT(AnswerKey::parse(hex) == AnswerKey::parse(Poco::toUpper(hex)));
	}

	void testWhatIsNoTagIsNotParsed()
	{
		const std::string hex(64, 'a');
		for (const auto& text : {""s, hex.substr(1), hex + "a", hex.substr(1) + "g", " " + hex.substr(1),
				 hex.substr(1) + '\0', hex + hex})
			CPPUNIT_ASSERT(!AnswerKey::parse(text));
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswerKeyTest);
