//
// PipeTest.cpp
//

#include "Shared/Pipe.h"

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/Unprivileged.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <memory>
#include <poll.h>
#include <unistd.h>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class PipeTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PipeTest);
	CPPUNIT_TEST(testBytesPassThrough);
	CPPUNIT_TEST(testFillIsBounded);
	CPPUNIT_TEST(testHoldsItsWholeCapacity);
	CPPUNIT_TEST(testNothingToReadIsNoEnd);
	CPPUNIT_TEST(testEndOfTheSource);
	CPPUNIT_TEST(testResetOfTheSourceComesAfterItsBytes);
	CPPUNIT_TEST(testSinkWithoutRoom);
	CPPUNIT_TEST(testResetOfTheSink);
	CPPUNIT_TEST(testClosedWithItsDescriptors);
	CPPUNIT_TEST(testNoneWithoutDescriptors);
	CPPUNIT_TEST(testOneThatCannotBeGrownIsNone);
	CPPUNIT_TEST_SUITE_END();

	using Outcome = Pipe::Outcome;

public:
	void setUp() override
	{
		LoopbackBuffers large;
		large.nearReceive = 1 << 21;
		_from = std::make_unique<LoopbackPair>(LoopbackPairs(large).make());
		LoopbackBuffers small;
		small.nearSend = small.farReceive = 8192;
		_to = std::make_unique<LoopbackPair>(LoopbackPairs(small).make());
		_sender = std::make_unique<ScriptedPeer>(_from->far);
		_receiver = std::make_unique<ScriptedPeer>(_to->far);
		_from->near.setBlocking(false);
		_to->near.setBlocking(false);
		_pipe = Pipe::open();
		CPPUNIT_ASSERT(_pipe);
	}

	void tearDown() override { _pipe.reset(); }

	void testBytesPassThrough()
	{
		sendAndAwait("hello");
		CPPUNIT_ASSERT(fill() == Outcome::Moved);
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, _pipe->held());
		CPPUNIT_ASSERT(drain() == Outcome::Moved);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _pipe->held());
		_receiver->expect("hello");
	}

	void testFillIsBounded()
	{
		sendAndAwait("hello world");
		CPPUNIT_ASSERT(fill(5) == Outcome::Moved);
		CPPUNIT_ASSERT_EQUAL(std::size_t{5}, _pipe->held());
		CPPUNIT_ASSERT(drain() == Outcome::Moved);
		_receiver->expect("hello");
		CPPUNIT_ASSERT(fill() == Outcome::Moved);
		CPPUNIT_ASSERT(drain() == Outcome::Moved);
		_receiver->expect(" world");
	}

	void testHoldsItsWholeCapacity()
	{
		// From a file, whose pages are full: how much a socket's fill a slot is not ours to say.
		const Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
		CPPUNIT_ASSERT(file);
		CPPUNIT_ASSERT(_pipe->fill(file.get(), Pipe::CAPACITY_BYTES * 2) == Outcome::Moved);
		CPPUNIT_ASSERT_EQUAL(Pipe::CAPACITY_BYTES, _pipe->held());
	}

	void testNothingToReadIsNoEnd()
	{
		CPPUNIT_ASSERT(fill() == Outcome::WouldBlock);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _pipe->held());
	}

	void testEndOfTheSource()
	{
		_sender->send("bye");
		_sender->shutdownSend();
		awaitEvents(_from->near, POLLRDHUP);
		CPPUNIT_ASSERT(fill() == Outcome::Moved);
		CPPUNIT_ASSERT(drain() == Outcome::Moved);
		_receiver->expect("bye");
		CPPUNIT_ASSERT(fill() == Outcome::Ended);
	}

	void testResetOfTheSourceComesAfterItsBytes()
	{
		sendAndAwait("last words");
		_sender->reset();
		awaitEvents(_from->near, POLLERR);
		CPPUNIT_ASSERT(fill() == Outcome::Moved);
		CPPUNIT_ASSERT(drain() == Outcome::Moved);
		_receiver->expect("last words");
		CPPUNIT_ASSERT(fill() == Outcome::Failed);
	}

	void testSinkWithoutRoom()
	{
		const std::size_t held = stall();
		ByteCheck check(1);
		while (check.count() < SENT)
		{
			const std::string bytes = _receiver->receiveSome();
			CPPUNIT_ASSERT(!bytes.empty());
			check.take(bytes.data(), bytes.size());
			if (_pipe->held() == 0) CPPUNIT_ASSERT(fill() != Outcome::Failed);
			CPPUNIT_ASSERT(_pipe->held() == 0 || drain() != Outcome::Failed);
		}
		CPPUNIT_ASSERT(held > 0);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _pipe->held());
	}

	void testResetOfTheSink()
	{
		const std::size_t held = stall();
		_receiver->reset();
		awaitEvents(_to->near, POLLERR);
		CPPUNIT_ASSERT(drain() == Outcome::Failed);
		CPPUNIT_ASSERT(drain() == Outcome::Failed); // also once the error itself has been taken
		CPPUNIT_ASSERT_EQUAL(held, _pipe->held());
	}

	void testClosedWithItsDescriptors()
	{
		const std::size_t before = ProcessStatus::self().descriptors();
		auto pipe = Pipe::open();
		CPPUNIT_ASSERT_EQUAL(before + 2, ProcessStatus::self().descriptors());
		pipe.reset();
		CPPUNIT_ASSERT_EQUAL(before, ProcessStatus::self().descriptors());
	}

	void testNoneWithoutDescriptors()
	{
		const DescriptorShortage shortage;
		CPPUNIT_ASSERT(!Pipe::open());
	}

	void testOneThatCannotBeGrownIsNone()
	{
		std::ifstream file("/proc/sys/fs/pipe-user-pages-soft");
		std::size_t pages = 0;
		CPPUNIT_ASSERT(file >> pages);
		if (pages == 0)
		{
			std::cerr << " [not tested: this machine has no limit of pipes]";
			return;
		}
		const std::size_t most = pages * static_cast<std::size_t>(::getpagesize()) / Pipe::CAPACITY_BYTES;
		const std::string answer = runUnprivileged(
			[most]() -> std::string
			{
				std::vector<std::unique_ptr<Pipe>> pipes;
				while (auto pipe = Pipe::open())
				{
					pipes.push_back(std::move(pipe));
					if (pipes.size() > most) return "too many: " + std::to_string(pipes.size());
				}
				const std::size_t before = ProcessStatus::self().descriptors();
				if (Pipe::open()) return "one after none";
				if (ProcessStatus::self().descriptors() != before) return "a small one stays open";
				int ends[2] = {-1, -1};
				return ::pipe2(ends, O_CLOEXEC) == 0 ? "none to grow" : "none at all";
			});
		CPPUNIT_ASSERT_EQUAL(std::string("none to grow"), answer);
	}

private:
	static constexpr std::size_t SENT = 200'000; // more than the small sockets hold, less than the others

	[[nodiscard]] Outcome fill(std::size_t limit = Pipe::CAPACITY_BYTES)
	{
		return _pipe->fill(_from->near.impl()->sockfd(), limit);
	}

	[[nodiscard]] Outcome drain() { return _pipe->drain(_to->near.impl()->sockfd()); }

	static void awaitEvents(const Poco::Net::StreamSocket& socket, short events)
	{
		pollfd entry{socket.impl()->sockfd(), events, 0};
		CPPUNIT_ASSERT_EQUAL(1, ::poll(&entry, 1, std::chrono::milliseconds(PATIENCE).count()));
		CPPUNIT_ASSERT((entry.revents & events) != 0);
	}

	void sendAndAwait(const std::string& bytes)
	{
		_sender->send(bytes);
		CPPUNIT_ASSERT(eventually([&] { return _from->near.available() == int(bytes.size()); }));
	}

	std::size_t stall()
	/// Moves bytes until the sink takes no more; what the pipe then holds.
	{
		sendAndAwait(ByteSource(1).next(SENT));
		for (;;)
		{
			if (_pipe->held() == 0) CPPUNIT_ASSERT(fill() == Outcome::Moved);
			const Outcome outcome = drain();
			if (outcome == Outcome::WouldBlock) return _pipe->held();
			CPPUNIT_ASSERT(outcome == Outcome::Moved);
		}
	}

	std::unique_ptr<LoopbackPair> _from;
	std::unique_ptr<LoopbackPair> _to;
	std::unique_ptr<ScriptedPeer> _sender;
	std::unique_ptr<ScriptedPeer> _receiver;
	std::unique_ptr<Pipe> _pipe;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PipeTest);
