//
// VisitorLoad.cpp
//

#include "testsuite/support/VisitorLoad.h"

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/ScriptedPeer.h"
#include "testsuite/support/Transfer.h"

#include <cppunit/Exception.h>
#include <poll.h>
#include <string>
#include <utility>

namespace Bore::Test
{

namespace
{

constexpr std::uint64_t BULK_BYTES = 1024 * 1024 + 1;
constexpr int A_MOMENT = 50; // ms

void talk(ScriptedPeer& visitor, std::uint64_t seed)
{
	for (int i = 0; i < 5; ++i)
	{
		const std::string words = ByteSource(seed).next(1 + (seed >> static_cast<unsigned>(8 + i)) % 5000);
		visitor.send(words);
		visitor.expect(words);
	}
}

void carryMuch(ScriptedPeer& visitor, std::uint64_t seed)
{
	Transfer up = Transfer::send(visitor.socket(), seed, BULK_BYTES);
	Transfer::receive(visitor.socket(), seed, BULK_BYTES).await();
	up.await();
}

void endFirst(ScriptedPeer& visitor, std::uint64_t seed)
{
	const std::string words = ByteSource(seed).next(3000);
	visitor.send(words);
	visitor.shutdownSend();
	visitor.expect(words);
	visitor.expectEof();
}

void visit(std::uint16_t port, std::uint64_t seed)
{
	ScriptedPeer visitor = ScriptedPeer::connectTo(port);
	switch (seed % 8)
	{
	case 0:
		return carryMuch(visitor, seed);
	case 1:
		visitor.send("never to be answered");
		return visitor.reset();
	case 2:
		::poll(nullptr, 0, A_MOMENT);
		return talk(visitor, seed);
	case 3:
	case 4:
		return endFirst(visitor, seed);
	default:
		return talk(visitor, seed);
	}
}

} // namespace

VisitorLoad::VisitorLoad(std::uint16_t port, std::size_t threads, Failures failures)
	: _port(port)
	, _failures(failures)
{
	for (std::size_t i = 0; i < threads; ++i)
		_threads.push_back(std::async(std::launch::async, [this, i] { run(i); }));
}

VisitorLoad::~VisitorLoad()
{
	_stopping = true;
}

void VisitorLoad::stop()
{
	_stopping = true;
	for (auto& thread : _threads) thread.wait();
	for (auto& thread : std::exchange(_threads, {})) thread.get();
}

void VisitorLoad::run(std::uint64_t seed)
{
	ByteSource dice(seed);
	while (!_stopping)
	{
		std::uint64_t roll = 0;
		dice.fill(reinterpret_cast<char*>(&roll), sizeof roll);
		try
		{
			visit(_port, roll);
			++_served;
		}
		catch (const CppUnit::Exception&)
		{
			if (_failures == Failures::Fail) throw;
			::poll(nullptr, 0, 1);
		}
	}
}

} // namespace Bore::Test
