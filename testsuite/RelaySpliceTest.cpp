//
// RelaySpliceTest.cpp
//

#include "Shared/Relay.h"

#include "Shared/SocketOptions.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/RelayRig.h"
#include "testsuite/support/Transfer.h"
#include "testsuite/support/Unprivileged.h"

#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <memory>
#include <vector>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RelaySpliceTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(RelaySpliceTest);
	CPPUNIT_TEST(testHundredMebibytesEachWayAtOnce);
	CPPUNIT_TEST(testStalledDirectionDoesNotHoldUpTheOther);
	CPPUNIT_TEST(testHalfCloseAfterBulkStillReceivesAnswer);
	CPPUNIT_TEST(testResetAfterBulkDeliversWhatWasRead);
	CPPUNIT_TEST(testResetOfAStalledReaderReachesTheSender);
	CPPUNIT_TEST(testPingsAfterBulkAreAnswered);
	CPPUNIT_TEST(testMoreBulkThanPipes);
	CPPUNIT_TEST(testAbortGivesThePipesBack);
	CPPUNIT_TEST(testUnprivilegedUserWithoutPipesIsServed);
	CPPUNIT_TEST_SUITE_END();

	using Ending = RelayReport::Ending;

	static constexpr std::uint64_t MIB = 1024UL * 1024;

public:
	void setUp() override { _rig = std::make_unique<RelayRig>(); }

	void tearDown() override
	{
		if (_rig) CPPUNIT_ASSERT(eventually([this] { return _rig->pipes().lent() == 0; }));
		_rig.reset();
	}

	void testHundredMebibytesEachWayAtOnce()
	{
		RelayedPair pair = _rig->start();
		Transfer up = Transfer::send(pair.visitor.socket(), 1, 100 * MIB);
		Transfer down = Transfer::send(pair.service.socket(), 2, 100 * MIB);
		Transfer request = Transfer::receive(pair.service.socket(), 1, 100 * MIB);
		Transfer answer = Transfer::receive(pair.visitor.socket(), 2, 100 * MIB);
		CPPUNIT_ASSERT(eventually([this] { return _rig->pipes().lent() == 2; }));
		for (Transfer* transfer : {&up, &down, &request, &answer}) transfer->await();
		const RelayReport report = pair.awaitReport();
		CPPUNIT_ASSERT_EQUAL(100 * MIB, report.firstToSecond);
		CPPUNIT_ASSERT_EQUAL(100 * MIB, report.secondToFirst);
		CPPUNIT_ASSERT(report.ending == Ending::Closed);
	}

	void testStalledDirectionDoesNotHoldUpTheOther()
	{
		useBuffers(128 * 1024);
		RelayedPair pair = _rig->start();
		warmUp(pair);
		Transfer up = Transfer::send(pair.visitor.socket(), 4, 8 * MIB);
		CPPUNIT_ASSERT(
			eventually([this] { return _rig->relays().countResting() == 1 && _rig->pipes().lent() == 1; }));
		Transfer down = Transfer::send(pair.service.socket(), 5, 64 * MIB);
		Transfer::receive(pair.visitor.socket(), 5, 64 * MIB).await();
		down.await();
		CPPUNIT_ASSERT(!up.isDone());
		Transfer::receive(pair.service.socket(), 4, 8 * MIB).await();
		up.await();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testHalfCloseAfterBulkStillReceivesAnswer()
	{
		RelayedPair pair = _rig->start();
		Transfer up = Transfer::send(pair.visitor.socket(), 6, 8 * MIB);
		Transfer::receive(pair.service.socket(), 6, 8 * MIB).await();
		up.await();
		_rig->awaitParked();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _rig->pipes().lent());
		Transfer down = Transfer::send(pair.service.socket(), 7, 8 * MIB);
		Transfer::receive(pair.visitor.socket(), 7, 8 * MIB).await();
		down.await();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Closed);
	}

	void testResetAfterBulkDeliversWhatWasRead()
	{
		constexpr std::size_t LAST = 200'000;
		RelayedPair pair = _rig->start();
		for (int i = 0; i < 8; ++i)
		{
			pair.service.send(ByteSource(8).next(MIB / 2));
			CPPUNIT_ASSERT(pair.visitor.receive(MIB / 2) == ByteSource(8).next(MIB / 2));
		}
		pair.service.send(ByteSource(9).next(LAST));
		CPPUNIT_ASSERT(eventually([&] { return unsentBytes(pair.service.socket()) == 0; }));
		pair.service.reset();
		CPPUNIT_ASSERT(pair.visitor.receive(LAST) == ByteSource(9).next(LAST));
		pair.visitor.expectReset();
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testResetOfAStalledReaderReachesTheSender()
	{
		useBuffers(128 * 1024);
		RelayedPair pair = _rig->start();
		warmUp(pair);
		Transfer up = Transfer::send(pair.visitor.socket(), 10, 8 * MIB);
		CPPUNIT_ASSERT(
			eventually([this] { return _rig->relays().countResting() == 1 && _rig->pipes().lent() == 1; }));
		pair.service.reset();
		CPPUNIT_ASSERT_THROW(up.await(), CppUnit::Exception);
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Reset);
	}

	void testPingsAfterBulkAreAnswered()
	{
		RelayedPair pair = _rig->start();
		warmUp(pair);
		for (int i = 0; i < 500; ++i)
		{
			if (i % 50 == 0) _rig->awaitParked();
			const std::string byte(1, static_cast<char>(i));
			pair.visitor.send(byte);
			pair.service.expect(byte);
			pair.service.send(byte);
			pair.visitor.expect(byte);
		}
	}

	void testMoreBulkThanPipes()
	{
		constexpr std::uint64_t COUNT = 12;
		RelayConfig config;
		config.pipes = 3;
		_rig = std::make_unique<RelayRig>(4, LoopbackBuffers(), LoopbackBuffers(), Clock::system(), config);
		const std::size_t before = ProcessStatus::self().descriptors();
		std::vector<RelayedPair> pairs;
		std::vector<Transfer> transfers;
		for (std::uint64_t i = 0; i < COUNT; ++i)
		{
			pairs.push_back(_rig->start());
			transfers.push_back(Transfer::send(pairs.back().visitor.socket(), i, 6 * MIB));
			transfers.push_back(Transfer::receive(pairs.back().service.socket(), i, 6 * MIB));
		}
		for (Transfer& transfer : transfers) transfer.await();
		transfers.clear();
		pairs.clear();
		CPPUNIT_ASSERT(_rig->relays().awaitNone(Clock::system().now() + PATIENCE));
		// Those that were used are kept, of two descriptors each.
		const auto kept = (ProcessStatus::self().descriptors() - before) / 2;
		CPPUNIT_ASSERT(kept >= 1 && kept <= config.pipes);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, _rig->pipes().lent());
	}

	void testAbortGivesThePipesBack()
	{
		useBuffers(128 * 1024);
		RelayedPair pair = _rig->start();
		warmUp(pair);
		Transfer up = Transfer::send(pair.visitor.socket(), 11, 8 * MIB);
		CPPUNIT_ASSERT(
			eventually([this] { return _rig->relays().countResting() == 1 && _rig->pipes().lent() == 1; }));
		_rig->relays().abortAll();
		CPPUNIT_ASSERT_THROW(up.await(), CppUnit::Exception);
		CPPUNIT_ASSERT(pair.awaitReport().ending == Ending::Aborted);
	}

	void testUnprivilegedUserWithoutPipesIsServed()
	{
		_rig.reset(); // no threads where a process is forked
		const std::string answer = runUnprivileged(
			[]() -> std::string
			{
				std::vector<std::unique_ptr<Pipe>> all;
				while (auto pipe = Pipe::open())
				{
					all.push_back(std::move(pipe));
					if (all.size() == 4096)
					{
						std::cerr << " [not tested: this machine has no limit of pipes]";
						return "served";
					}
				}
				RelayRig rig;
				RelayedPair pair = rig.start();
				Transfer up = Transfer::send(pair.visitor.socket(), 12, 16 * MIB);
				Transfer::receive(pair.service.socket(), 12, 16 * MIB).await();
				up.await();
				if (rig.pipes().borrow()) return "there was a pipe";
				pair.service.send("answer");
				pair.visitor.expect("answer");
				return "served";
			});
		CPPUNIT_ASSERT_EQUAL(std::string("served"), answer);
	}

private:
	void useBuffers(int size)
	{
		LoopbackBuffers buffers;
		buffers.nearSend = buffers.nearReceive = buffers.farSend = buffers.farReceive = size;
		_rig = std::make_unique<RelayRig>(4, buffers, buffers);
	}

	static void warmUp(RelayedPair& pair)
	/// Carries what makes both directions bulk.
	{
		constexpr std::size_t EACH = 32UL * 1024;
		for (int i = 0; i < 40; ++i)
		{
			pair.visitor.send(ByteSource(3).next(EACH));
			CPPUNIT_ASSERT(pair.service.receive(EACH) == ByteSource(3).next(EACH));
			pair.service.send(ByteSource(3).next(EACH));
			CPPUNIT_ASSERT(pair.visitor.receive(EACH) == ByteSource(3).next(EACH));
		}
	}

	std::unique_ptr<RelayRig> _rig;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelaySpliceTest);
