//
// PipeStockTest.cpp
//

#include "Shared/PipeStock.h"

#include "testsuite/support/DescriptorShortage.h"
#include "testsuite/support/ProcessStatus.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <future>
#include <vector>

using namespace Bore;
using namespace Bore::Test;

class PipeStockTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(PipeStockTest);
	CPPUNIT_TEST(testLendsUpToItsLimit);
	CPPUNIT_TEST(testLimitOfNoneLendsNone);
	CPPUNIT_TEST(testEmptyPipeIsLentAgain);
	CPPUNIT_TEST(testPipeThatHoldsBytesIsClosed);
	CPPUNIT_TEST(testOnlyAFewIdleOnesAreKept);
	CPPUNIT_TEST(testNothingGivenBackIsNothing);
	CPPUNIT_TEST(testShortageCountsAsNoneLent);
	CPPUNIT_TEST(testManyThreadsNeverPassTheLimit);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override { _before = ProcessStatus::self().descriptors(); }

	void testLendsUpToItsLimit()
	{
		PipeStock stock(2);
		auto first = stock.borrow();
		auto second = stock.borrow();
		CPPUNIT_ASSERT(first && second);
		CPPUNIT_ASSERT(!stock.borrow());
		CPPUNIT_ASSERT_EQUAL(std::size_t{2}, stock.lent());
		stock.giveBack(std::move(first));
		CPPUNIT_ASSERT_EQUAL(std::size_t{1}, stock.lent());
		first = stock.borrow();
		CPPUNIT_ASSERT(first);
		CPPUNIT_ASSERT(!stock.borrow());
		stock.giveBack(std::move(first));
		stock.giveBack(std::move(second));
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, stock.lent());
	}

	void testLimitOfNoneLendsNone()
	{
		PipeStock stock(0);
		CPPUNIT_ASSERT(!stock.borrow());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, stock.lent());
	}

	void testEmptyPipeIsLentAgain()
	{
		PipeStock stock(2);
		auto pipe = stock.borrow();
		const Pipe* const first = pipe.get();
		stock.giveBack(std::move(pipe));
		CPPUNIT_ASSERT_EQUAL(_before + 2, ProcessStatus::self().descriptors());
		pipe = stock.borrow();
		CPPUNIT_ASSERT(pipe.get() == first);
		CPPUNIT_ASSERT_EQUAL(_before + 2, ProcessStatus::self().descriptors());
		stock.giveBack(std::move(pipe));
	}

	void testPipeThatHoldsBytesIsClosed()
	{
		PipeStock stock(1);
		auto pipe = stock.borrow();
		const Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
		CPPUNIT_ASSERT(pipe->fill(file.get(), 100) == Pipe::Outcome::Moved);
		stock.giveBack(std::move(pipe));
		CPPUNIT_ASSERT_EQUAL(_before + 1, ProcessStatus::self().descriptors());
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, stock.lent());
		pipe = stock.borrow();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pipe->held());
		stock.giveBack(std::move(pipe));
	}

	void testOnlyAFewIdleOnesAreKept()
	{
		PipeStock stock(16);
		std::vector<std::unique_ptr<Pipe>> pipes;
		for (int i = 0; i < 16; ++i) pipes.push_back(stock.borrow());
		for (auto& pipe : pipes) stock.giveBack(std::move(pipe));
		pipes.clear();
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, stock.lent());
		CPPUNIT_ASSERT_EQUAL(_before + 8, ProcessStatus::self().descriptors());
	}

	void testNothingGivenBackIsNothing()
	{
		PipeStock stock(1);
		stock.giveBack(nullptr);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, stock.lent());
	}

	void testShortageCountsAsNoneLent()
	{
		PipeStock stock(1);
		{
			const DescriptorShortage shortage;
			CPPUNIT_ASSERT(!stock.borrow());
			CPPUNIT_ASSERT_EQUAL(std::size_t{0}, stock.lent());
		}
		auto pipe = stock.borrow();
		CPPUNIT_ASSERT(pipe);
		stock.giveBack(std::move(pipe));
	}

	void testManyThreadsNeverPassTheLimit()
	{
		constexpr std::size_t LIMIT = 3;
		PipeStock stock(LIMIT);
		std::atomic<std::size_t> held{0};
		std::atomic<bool> passed{false};
		std::vector<std::future<void>> threads;
		for (int i = 0; i < 4; ++i)
			threads.push_back(std::async(std::launch::async,
				[&]
				{
					for (int round = 0; round < 2000; ++round)
						if (auto pipe = stock.borrow())
						{
							if (++held > LIMIT) passed = true;
							--held;
							stock.giveBack(std::move(pipe));
						}
				}));
		for (auto& thread : threads) thread.get();
		CPPUNIT_ASSERT(!passed);
		CPPUNIT_ASSERT_EQUAL(std::size_t{0}, stock.lent());
	}

private:
	std::size_t _before = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PipeStockTest);
