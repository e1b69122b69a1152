//
// SettingValueTest.cpp
//

#include "Shared/SettingValue.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <string>

using namespace Bore;
using namespace std::string_literals;

class SettingValueTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(SettingValueTest);
	CPPUNIT_TEST(testDescriptionHidesASecretOnly);
	CPPUNIT_TEST(testFaultIsAtItsPlace);
	CPPUNIT_TEST(testFaultOfSeveralIsTheHighestOnes);
	CPPUNIT_TEST(testLaterFileOutranksALaterLine);
	CPPUNIT_TEST_SUITE_END();

public:
	void testDescriptionHidesASecretOnly()
	{
		CPPUNIT_ASSERT_EQUAL("port 80 (f:3)"s, _port.described());
		CPPUNIT_ASSERT_EQUAL("secret (--secret)"s, _secret.described());
	}

	void testFaultIsAtItsPlace()
	{
		const SettingFailure failure =
			failureOf([this] { _secret.refuse("is no good", ExitCode::Configuration); });
		CPPUNIT_ASSERT_EQUAL("--secret: secret: is no good"s, std::string(failure.what()));
		CPPUNIT_ASSERT(failure.code() == ExitCode::Configuration);
		CPPUNIT_ASSERT(failure.faults().at(0).keys == std::vector<std::string>{"secret"});
	}

	void testFaultOfSeveralIsTheHighestOnes()
	{
		for (const auto& values : {std::pair(&_port, &_secret), std::pair(&_secret, &_port)})
		{
			const SettingFailure failure = failureOf(
				[&values] {
					refuse({values.first, values.second}, "do not fit");
				});
			CPPUNIT_ASSERT_EQUAL("--secret: secret: do not fit"s, std::string(failure.what()));
			CPPUNIT_ASSERT(failure.code() == ExitCode::Usage);
			CPPUNIT_ASSERT_EQUAL(std::size_t{2}, failure.faults().at(0).keys.size());
		}
	}

	void testLaterFileOutranksALaterLine()
	{
		const Place late{Layer::File, 0, 9};
		const Place later{Layer::File, 1, 1};
		CPPUNIT_ASSERT(later.outranks(late) && !late.outranks(later));
		CPPUNIT_ASSERT(!late.outranks({Layer::File, 0, 1}));
		CPPUNIT_ASSERT(Place{Layer::Environment}.outranks(later));
	}

private:
	[[nodiscard]] static SettingFailure failureOf(const std::function<void()>& work)
	{
		try
		{
			work();
		}
		catch (const SettingFailure& failure)
		{
			return failure;
		}
		return SettingFailure({});
	}

	const Setting _portSetting = Setting::number("port", 1, 99);
	const Setting _secretSetting = Setting::of(Setting::Kind::Secret, "secret");
	const SettingValue _port{&_portSetting, "port", {Layer::File, 0, 3}, "f:3", "80"};
	const SettingValue _secret{&_secretSetting, "secret", {Layer::CommandLine, 0, 0}, "--secret", "hunter2"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingValueTest);
