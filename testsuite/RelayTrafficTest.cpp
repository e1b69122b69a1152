//
// RelayTrafficTest.cpp
//

#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/TestForm.h"
#include "testsuite/support/Traffic.h"

#include <cppunit/extensions/HelperMacros.h>
#include <iostream>
#include <memory>
#include <poll.h>
#include <random>

using namespace Bore;
using namespace Bore::Test;
using namespace std::chrono_literals;

class RelayTrafficTest : public CppUnit::TestFixture
/// Random traffic through relays, some of whose ends are TLS connections, against a model of what must arrive.
/// A failure prints the seed that replays it, as BORE_TEST_SEED.
{
	CPPUNIT_TEST_SUITE(RelayTrafficTest);
	CPPUNIT_TEST(testAnyTrafficArrivesAsItWasSent);
	CPPUNIT_TEST_SUITE_END();

	static constexpr int MOST_ACTIONS = 60;

public:
	void testAnyTrafficArrivesAsItWasSent()
	{
		if (const auto seed = TestForm::givenSeed()) return play(*seed);
		const auto deadline = Clock::system().now() + TestForm::pick<Duration>(3s, 180s);
		std::uint64_t scripts = 0;
		for (std::uint64_t seed = TestForm::freshSeed(); Clock::system().now() < deadline; ++seed)
		{
			play(seed);
			++scripts;
		}
		if (TestForm::isLong()) std::cerr << ' ' << scripts << " scripts ";
	}

private:
	using Dice = std::mt19937_64;

	static void play(std::uint64_t seed)
	{
		try
		{
			const std::size_t before = ProcessStatus::self().descriptors();
			runScript(seed);
			CPPUNIT_ASSERT_EQUAL(before, ProcessStatus::self().descriptors());
		}
		catch (const CppUnit::Exception& failure)
		{
			CPPUNIT_FAIL("BORE_TEST_SEED=" + std::to_string(seed) + " replays it: " + failure.what());
		}
	}

	static void runScript(std::uint64_t seed)
	{
		Dice dice(seed);
		const auto visitorBuffers = buffers(dice);
		const auto serviceBuffers = buffers(dice);
		RelayRig rig(1 + draw(dice, 4), visitorBuffers, serviceBuffers);
		const bool visitorsByTls = draw(dice, 3) == 0;
		const bool servicesByTls = draw(dice, 3) == 0;
		rig.secure(visitorsByTls, servicesByTls, TlsContexts::trusting());
		Traffic traffic(rig.start(), seed);
		const auto actions = draw(dice, MOST_ACTIONS);
		for (std::uint64_t i = 0; i < actions; ++i) act(traffic, dice);
		traffic.finish();
		CPPUNIT_ASSERT(
			eventually([&] { return rig.relays().count() == 0 && rig.relays().countResting() == 0; }));
	}

	static LoopbackBuffers buffers(Dice& dice)
	{
		LoopbackBuffers sizes;
		// Small ones stall soon, the kernel's own seldom.
		if (draw(dice, 2) == 0) sizes.nearSend = sizes.farReceive = 8192;
		if (draw(dice, 2) == 0) sizes.farSend = sizes.nearReceive = 8192;
		return sizes;
	}

	static void act(Traffic& traffic, Dice& dice)
	{
		const auto side = static_cast<Traffic::Side>(draw(dice, 2));
		const auto roll = draw(dice, 100);
		if (roll < 40)
			traffic.send(side, draw(dice, std::uint64_t{1} << draw(dice, 22)));
		else if (roll < 60)
			traffic.setReading(side, draw(dice, 3) > 0);
		else if (roll < 75)
			::poll(nullptr, 0, static_cast<int>(draw(dice, 6))); // more than a relay lingers, or less
		else if (roll < 78)
			traffic.halfClose(side);
		else if (roll < 79)
			traffic.reset(side);
		else
			for (auto steps = draw(dice, 50); steps > 0; --steps) (void)traffic.step();
	}

	static std::uint64_t draw(Dice& dice, std::uint64_t below)
	// Not std::uniform_int_distribution, whose numbers depend on the library.
	{
		return dice() % below;
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(RelayTrafficTest);
