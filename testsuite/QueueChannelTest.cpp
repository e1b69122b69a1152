//
// QueueChannelTest.cpp
//

#include "Shared/QueueChannel.h"
#include "testsuite/support/Eventually.h"

#include <Poco/Exception.h>
#include <condition_variable>
#include <cppunit/extensions/HelperMacros.h>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

namespace
{

class SlowTarget : public Poco::Channel
/// Keeps what it takes, which it does not while it is shut.
{
public:
	void log(const Poco::Message& message) override
	{
		std::unique_lock<std::mutex> lock(_mutex);
		++_waiting;
		_opened.wait(lock, [this] { return _open; });
		--_waiting;
		if (_fails) throw Poco::WriteFileException("the disk is full");
		_lines.push_back(message.getText());
	}

	void block() { set(_open, false); }
	void unblock() { set(_open, true); }
	void fail(bool fails) { set(_fails, fails); }

	[[nodiscard]] std::vector<std::string> lines() const
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _lines;
	}

	[[nodiscard]] bool isBusy() const
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _waiting > 0;
	}

private:
	void set(bool& state, bool value)
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		state = value;
		_opened.notify_all();
	}

	mutable std::mutex _mutex; // guards what follows
	std::condition_variable _opened;
	bool _open = true;
	bool _fails = false;
	int _waiting = 0;
	std::vector<std::string> _lines;
};

using Lines = std::vector<std::string>;

} // namespace

class QueueChannelTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(QueueChannelTest);
	CPPUNIT_TEST(testMessagesArriveInTheirOrder);
	CPPUNIT_TEST(testMessagesOfManyThreadsAllArrive);
	CPPUNIT_TEST(testStuckTargetHoldsNobodyUp);
	CPPUNIT_TEST(testLostMessagesAreCountedBehindTheLastThatWasKept);
	CPPUNIT_TEST(testFailedWritesAreReportedOnceThereIsRoom);
	CPPUNIT_TEST(testSecondReportWaitsForTheEnd);
	CPPUNIT_TEST(testCloseWritesWhatIsLeft);
	CPPUNIT_TEST(testCloseLeavesAStuckTargetBehind);
	CPPUNIT_TEST(testFatalMessageIsThereWhenLogReturns);
	CPPUNIT_TEST(testMessagesAfterTheEndAreDropped);
	CPPUNIT_TEST_SUITE_END();

public:
	void tearDown() override { _target->unblock(); }

	void testMessagesArriveInTheirOrder()
	{
		auto channel = make();
		Lines expected;
		for (int i = 0; i < 1000; ++i)
		{
			expected.push_back(std::to_string(i));
			log(*channel, expected.back());
		}
		CPPUNIT_ASSERT(channel->flush(PATIENCE));
		CPPUNIT_ASSERT(expected == _target->lines());
	}

	void testMessagesOfManyThreadsAllArrive()
	{
		auto channel = make();
		std::vector<std::thread> threads;
		for (int i = 0; i < 4; ++i)
			threads.emplace_back(
				[&channel]
				{
					for (int j = 0; j < 500; ++j) log(*channel, "line");
				});
		for (auto& thread : threads) thread.join();
		CPPUNIT_ASSERT(channel->flush(PATIENCE));
		CPPUNIT_ASSERT_EQUAL(std::size_t(2000), _target->lines().size());
	}

	void testStuckTargetHoldsNobodyUp()
	{
		auto channel = make(100);
		_target->block();
		const auto begun = std::chrono::steady_clock::now();
		for (int i = 0; i < 100'000; ++i) log(*channel, "line");
		CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun < PATIENCE);
		CPPUNIT_ASSERT(_target->lines().empty());
	}

	void testLostMessagesAreCountedBehindTheLastThatWasKept()
	{
		auto channel = make(2);
		_target->block();
		log(*channel, "at the target");
		CPPUNIT_ASSERT(eventually([this] { return _target->isBusy(); }));
		for (const std::string text : {"kept", "kept, too", "lost", "lost", "lost"}) log(*channel, text);
		_target->unblock();
		CPPUNIT_ASSERT(channel->flush(PATIENCE));
		log(*channel, "after");
		CPPUNIT_ASSERT(channel->flush(PATIENCE));
		const Lines expected{"at the target", "kept", "kept, too",
			"3 lines lost: its target did not take them in time", "after"};
		CPPUNIT_ASSERT(expected == _target->lines());
	}

	void testFailedWritesAreReportedOnceThereIsRoom()
	{
		auto channel = make();
		_target->fail(true);
		for (int i = 0; i < 3; ++i)
		{
			log(*channel, "lost");
			CPPUNIT_ASSERT(channel->flush(PATIENCE));
		}
		_target->fail(false);
		log(*channel, "kept");
		CPPUNIT_ASSERT(channel->flush(PATIENCE));
		const Lines expected{"kept", "3 lines lost: Cannot write file: the disk is full"};
		CPPUNIT_ASSERT(expected == _target->lines());
	}

	void testSecondReportWaitsForTheEnd()
	{
		auto channel = make();
		for (int i = 0; i < 2; ++i)
		{
			_target->fail(true);
			log(*channel, "lost");
			CPPUNIT_ASSERT(channel->flush(PATIENCE));
			_target->fail(false);
			log(*channel, "kept");
			CPPUNIT_ASSERT(channel->flush(PATIENCE));
		}
		const std::string report = "1 line lost: Cannot write file: the disk is full";
		CPPUNIT_ASSERT((Lines{"kept", report, "kept"}) == _target->lines());
		channel->close();
		CPPUNIT_ASSERT((Lines{"kept", report, "kept", report}) == _target->lines());
	}

	void testCloseWritesWhatIsLeft()
	{
		auto channel = make();
		for (int i = 0; i < 100; ++i) log(*channel, "line");
		channel->close();
		CPPUNIT_ASSERT_EQUAL(std::size_t(100), _target->lines().size());
	}

	void testCloseLeavesAStuckTargetBehind()
	{
		auto channel = make();
		_target->block();
		log(*channel, "line");
		channel->close();
		CPPUNIT_ASSERT(_target->lines().empty());
		// Who was left behind does its work, should it ever be able to.
		_target->unblock();
		CPPUNIT_ASSERT(eventually([this] { return _target->lines().size() == 1; }));
	}

	void testFatalMessageIsThereWhenLogReturns()
	{
		auto channel = make();
		log(*channel, "the last words", Poco::Message::PRIO_FATAL);
		CPPUNIT_ASSERT((Lines{"the last words"}) == _target->lines());
	}

	void testMessagesAfterTheEndAreDropped()
	{
		auto channel = make();
		channel->close();
		log(*channel, "line");
		CPPUNIT_ASSERT(channel->flush(PATIENCE));
		CPPUNIT_ASSERT(_target->lines().empty());
	}

private:
	[[nodiscard]] Poco::AutoPtr<QueueChannel> make(std::size_t maxLines = QueueChannel::MAX_LINES)
	{
		return new QueueChannel(_target, QueueChannel::reportToTarget, maxLines);
	}

	static void log(QueueChannel& channel, const std::string& text,
		Poco::Message::Priority priority = Poco::Message::PRIO_INFORMATION)
	{
		channel.log(Poco::Message("test", text, priority));
	}

	Poco::AutoPtr<SlowTarget> _target{new SlowTarget};
};

CPPUNIT_TEST_SUITE_REGISTRATION(QueueChannelTest);
