//
// TunnelSpecTest.cpp
//

#include "Client/TunnelSpec.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdexcept>
#include <string>
#include <vector>

using namespace Bore;

class TunnelSpecTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(TunnelSpecTest);
	CPPUNIT_TEST(testEveryFormIsRead);
	CPPUNIT_TEST(testWrongOnesAreRefusedWithTheirRemedy);
	CPPUNIT_TEST_SUITE_END();

	struct Form
	{
		std::string text;
		std::string host; // "": none
		std::uint16_t localPort;
		int port; // -1: none
	};

	struct Fault
	{
		std::string text;
		std::string message;
	};

public:
	void testEveryFormIsRead()
	{
		const std::vector<Form> forms{{"8000", "", 8000, -1}, {"9000:9080", "", 9000, 9080},
			{"8000:0", "", 8000, 0}, {"db.lan:5432", "db.lan", 5432, -1},
			{"db.lan:5432:15432", "db.lan", 5432, 15432}, {"127.0.0.1:80", "127.0.0.1", 80, -1},
			{"[::1]:80", "::1", 80, -1}, {"[::1]:80:8080", "::1", 80, 8080}, {"1:65535", "", 1, 65535},
			{"3com:80", "3com", 80, -1}};
		for (const auto& form : forms)
		{
			const auto spec = TunnelSpec::parse(form.text);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(form.text, form.host, spec.localHost.value_or(""));
			CPPUNIT_ASSERT_EQUAL_MESSAGE(form.text, form.localPort, spec.localPort);
			CPPUNIT_ASSERT_EQUAL_MESSAGE(form.text, form.port, spec.port ? int(*spec.port) : -1);
		}
	}

	void testWrongOnesAreRefusedWithTheirRemedy()
	{
		const std::string local = " has a wrong local port: write a whole number from 1 to 65535";
		const std::string remote = " has a wrong remote port: write a whole number from 0 (any) to 65535";
		const std::string fields = " has too many fields: write [LOCAL_HOST:]LOCAL_PORT[:REMOTE_PORT]";
		const std::string host =
			" has no host before the local port: write LOCAL_HOST:LOCAL_PORT, an IPv6 address in brackets";
		for (const auto& fault : std::vector<Fault>{{"", local}, {"0", local}, {"65536", local},
				 {"web", local}, {"-1", local}, {"80x", local}, {"8000:", remote}, {"8000:x", remote},
				 {"8000:65536", remote}, {"8000:80:80", fields}, {"a:1:2:3", fields}, {":80", host},
				 {"::1:80", host}, {"[::1:80", host}, {"[x]:80", host}, {"a b:80", host},
				 {"[::1]", " lacks the local port: write LOCAL_HOST:LOCAL_PORT"}, {"a:", local},
				 {"a::80", local}})
			CPPUNIT_ASSERT_EQUAL('"' + fault.text + '"' + fault.message, refusalOf(fault.text));
	}

private:
	static std::string refusalOf(const std::string& text)
	{
		try
		{
			static_cast<void>(TunnelSpec::parse(text));
		}
		catch (const std::invalid_argument& refusal)
		{
			return refusal.what();
		}
		CPPUNIT_FAIL(text + " is taken");
		return {};
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelSpecTest);
