//
// AccessLogTest.cpp
//

#include "Server/AccessLog.h"
#include "Server/PendingVisitors.h"
#include "Shared/Uuid.h"
#include "testsuite/support/ManualClock.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/RegularExpression.h>
#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

namespace
{

class Lines : public Poco::Channel
{
public:
	void log(const Poco::Message& message) override { lines.push_back(message.getText()); }

	std::vector<std::string> lines;
};

} // namespace

class AccessLogTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(AccessLogTest);
	CPPUNIT_TEST(testLineIsFixed);
	CPPUNIT_TEST(testJsonHasTheSame);
	CPPUNIT_TEST(testNobodyIsADashOrNull);
	CPPUNIT_TEST(testEveryValueIsOneWord);
	CPPUNIT_TEST(testEndingsOfARelay);
	CPPUNIT_TEST(testFirstEndingIsTheOne);
	CPPUNIT_TEST(testWhoIsForgottenWasAborted);
	CPPUNIT_TEST(testOffThereIsNoRecord);
	CPPUNIT_TEST(testVisitorThatNobodyFetches);
	CPPUNIT_TEST(testVisitorOfATunnelThatEnds);
	CPPUNIT_TEST(testVisitorBeyondThoseThatMayWait);
	CPPUNIT_TEST_SUITE_END();

	using Ending = AccessRecord::Ending;

public:
	void setUp() override
	{
		_clock.emplace();
		_lines = new Lines;
		_log.emplace(_lines, AccessLog::Format::Text);
	}

	void tearDown() override
	{
		_log.reset();
		_lines = nullptr;
	}

	void testLineIsFixed()
	{
		auto record = begin("alice");
		_clock->advance(1234567us);
		AccessRecord::end(record, report(512, 3456));
		const Poco::RegularExpression line(
			"time=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z user=alice port=8080"
			" visitor=192\\.0\\.2\\.1:4711 received=512 sent=3456 duration=1\\.235 end=closed");
		CPPUNIT_ASSERT_MESSAGE(only(), line.match(only()));
	}

	void testJsonHasTheSame()
	{
		_log.emplace(_lines, AccessLog::Format::Json);
		auto record = begin("al\"ice\xFF");
		_clock->advance(1500ms);
		AccessRecord::end(record, report(512, 1ULL << 40));
		Poco::JSON::Parser parser;
		const auto object = parser.parse(only()).extract<Poco::JSON::Object::Ptr>();
		CPPUNIT_ASSERT_EQUAL(std::size_t(8), object->size());
		CPPUNIT_ASSERT_EQUAL(std::string("al\"ice\xEF\xBF\xBD"), object->getValue<std::string>("user"));
		CPPUNIT_ASSERT_EQUAL(8080, object->getValue<int>("port"));
		CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1:4711"), object->getValue<std::string>("visitor"));
		CPPUNIT_ASSERT(only().find(R"("received":512,"sent":1099511627776,"duration":1.5,"end":"closed"})") !=
					   std::string::npos);
	}

	void testNobodyIsADashOrNull()
	{
		AccessRecord::end(begin(""), Ending::Refused);
		CPPUNIT_ASSERT(only().find(" user=- port=8080") != std::string::npos);
		_log.emplace(_lines, AccessLog::Format::Json);
		_lines->lines.clear();
		AccessRecord::end(begin(""), Ending::Refused);
		CPPUNIT_ASSERT_MESSAGE(only(), only().find(R"("user":null,)") != std::string::npos);
	}

	void testEveryValueIsOneWord()
	{
		AccessRecord::end(begin("a b\nend=closed\\"), Ending::Refused);
		CPPUNIT_ASSERT(only().find(" user=a\\x20b\\nend=closed\\\\ port=") != std::string::npos);
	}

	void testEndingsOfARelay()
	{
		const std::vector<std::pair<RelayReport::Ending, std::string>> endings{
			{RelayReport::Ending::Closed, "closed"}, {RelayReport::Ending::Reset, "reset"},
			{RelayReport::Ending::TimedOut, "timed-out"}, {RelayReport::Ending::Aborted, "aborted"},
			{RelayReport::Ending::Failed, "failed"}};
		for (const auto& [ending, word] : endings)
		{
			_lines->lines.clear();
			RelayReport result = report(1, 2);
			result.ending = ending;
			AccessRecord::end(begin("alice"), result);
			expectEnd(word);
		}
	}

	void testFirstEndingIsTheOne()
	{
		const auto record = begin("alice");
		AccessRecord::end(record, Ending::Unclaimed);
		AccessRecord::end(record, Ending::Refused);
		expectEnd("unclaimed");
	}

	void testWhoIsForgottenWasAborted()
	{
		begin("alice").reset();
		expectEnd("aborted");
	}

	void testOffThereIsNoRecord()
	{
		AccessLog off;
		CPPUNIT_ASSERT(off.begin(*_clock, "alice", 1, "192.0.2.1:4711") == nullptr);
		AccessRecord::end(nullptr, Ending::Refused);
		AccessRecord::end(nullptr, report(1, 2));
		AccessLog configured{LogOutputConfig()};
		CPPUNIT_ASSERT(configured.begin(*_clock, "alice", 1, "192.0.2.1:4711") == nullptr);
	}

	void testVisitorThatNobodyFetches()
	{
		PendingVisitors visitors(*_clock);
		add(visitors);
		_clock->advance(10s);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), visitors.dropExpired());
		expectEnd("unclaimed");
		CPPUNIT_ASSERT(only().find(" duration=10.000 ") != std::string::npos);
	}

	void testVisitorOfATunnelThatEnds()
	{
		PendingVisitors visitors(*_clock);
		add(visitors);
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), visitors.withdraw(1));
		expectEnd("withdrawn");
	}

	void testVisitorBeyondThoseThatMayWait()
	{
		PendingVisitors visitors(*_clock, 1);
		add(visitors);
		add(visitors);
		expectEnd("refused");
	}

private:
	[[nodiscard]] std::shared_ptr<AccessRecord> begin(const std::string& user)
	{
		return _log->begin(*_clock, user, 8080, "192.0.2.1:4711");
	}

	void add(PendingVisitors& visitors)
	{
		ScriptedListener listener;
		const auto visitor = ScriptedPeer::connectTo(listener.port());
		Visitor entry{listener.accept().socket(), "192.0.2.1:4711", 1, 8080};
		entry.access = begin("alice");
		visitors.add(secureRandomUuid(), std::move(entry));
	}

	static RelayReport report(std::uint64_t up, std::uint64_t down)
	{
		RelayReport result;
		result.firstToSecond = up;
		result.secondToFirst = down;
		return result;
	}

	[[nodiscard]] std::string only() const
	{
		CPPUNIT_ASSERT_EQUAL(std::size_t(1), _lines->lines.size());
		return _lines->lines.front();
	}

	void expectEnd(const std::string& word) const
	{
		const std::string line = only();
		CPPUNIT_ASSERT_EQUAL(" end=" + word, line.substr(line.rfind(' ')));
	}

	std::optional<ManualClock> _clock;
	Poco::AutoPtr<Lines> _lines;
	std::optional<AccessLog> _log;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessLogTest);
