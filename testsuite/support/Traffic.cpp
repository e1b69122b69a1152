//
// Traffic.cpp
//

#include "testsuite/support/Traffic.h"

#include "Shared/StreamIo.h"

#include <algorithm>
#include <cppunit/TestAssert.h>
#include <poll.h>
#include <utility>

namespace Bore::Test
{

namespace
{

constexpr std::size_t CHUNK_BYTES = 64 * 1024;

} // namespace

Traffic::Traffic(RelayedPair pair, std::uint64_t seed, Faults faults)
	: _ends{End(std::move(pair.visitor), 2 * seed, 2 * seed + 1),
		  End(std::move(pair.service), 2 * seed + 1, 2 * seed)}
	, _report(std::move(pair.report))
	, _faults(faults)
{
}

void Traffic::send(Side side, std::uint64_t bytes)
{
	_ends.at(side).toDraw += bytes;
}

void Traffic::halfClose(Side side)
{
	_ends.at(side).wantsToEnd = true;
}

void Traffic::reset(Side side)
{
	End& end = _ends.at(side);
	if (std::exchange(end.wasReset, true)) return;
	end.peer.reset();
}

void Traffic::setReading(Side side, bool isReading)
{
	_ends.at(side).isReading = isReading;
}

bool Traffic::step()
{
	bool moved = false;
	for (const unsigned side : {Visitor, Service})
	{
		End& end = _ends.at(side);
		const End& other = _ends.at(1 - side);
		if (end.wasReset) continue;
		if (!end.sawReset && !end.hasEnded && !end.cannotSend && sendSome(end, other)) moved = true;
		if (!end.sawReset && !end.sawEnd && end.isReading && receiveSome(end, other)) moved = true;
	}
	return moved;
}

bool Traffic::sendSome(End& end, const End& other)
{
	if (end.chunk.empty() && end.toDraw > 0 && !end.isEnding)
	{
		end.chunk = end.output.next(std::min<std::uint64_t>(end.toDraw, CHUNK_BYTES));
		end.toDraw -= end.chunk.size();
	}
	if (end.chunk.empty())
	{
		if (!end.wantsToEnd) return false;
		end.isEnding = true; // nothing may follow, even if there is no room for TLS's close_notify yet
		return end.hasEnded = endSending(end.peer.socket()) != Io::WantsWrite;
	}
	const auto sent = Bore::sendSome(end.peer.socket(), end.chunk.data(), end.chunk.size());
	if (sent.mustWait()) return false;
	if (sent.outcome == Io::Failed)
	{
		// What came before the reset is still to be read.
		expectReset(other, "sending: " + failureOf(end.peer.socket(), sent.error));
		return end.cannotSend = true;
	}
	end.sent += sent.bytes;
	end.chunk.erase(0, sent.bytes);
	return true;
}

bool Traffic::receiveSome(End& end, const End& other)
{
	std::array<char, CHUNK_BYTES> bytes; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
	const auto got = Bore::receiveSome(end.peer.socket(), bytes.data(), bytes.size());
	if (got.outcome == Io::Moved)
		end.input.take(bytes.data(), got.bytes);
	else if (got.outcome == Io::Ended && end.cannotSend)
		end.sawReset = true; // the kernel tells of a reset once: the send took the message
	else if (got.outcome == Io::Ended)
	{
		end.sawEnd = true;
		CPPUNIT_ASSERT_MESSAGE("an end of stream that nobody sent", other.hasEnded);
		CPPUNIT_ASSERT_EQUAL_MESSAGE("bytes before the end of the stream", other.sent, end.input.count());
	}
	else if (got.mustWait())
		return false;
	else
	{
		expectReset(other, "receiving: " + failureOf(end.peer.socket(), got.error));
		end.sawReset = true;
	}
	return true;
}

void Traffic::expectReset(const End& other, const std::string& how) const
{
	if (_faults == Faults::None) CPPUNIT_ASSERT_MESSAGE("a reset that nobody sent, " + how, other.wasReset);
}

bool Traffic::isOver() const noexcept
{
	return std::all_of(_ends.begin(), _ends.end(),
		[](const End& end)
		{ return end.wasReset || end.sawReset || (end.sawEnd && (end.hasEnded || end.cannotSend)); });
}

void Traffic::finish()
{
	for (End& end : _ends) end.isReading = end.wantsToEnd = true;
	TimePoint patience = Clock::system().now() + PATIENCE;
	while (!isOver())
	{
		if (step())
			patience = Clock::system().now() + PATIENCE;
		else
		{
			CPPUNIT_ASSERT_MESSAGE("the streams do not end", Clock::system().now() < patience);
			::poll(nullptr, 0, 1);
		}
	}
	checkReport();
}

void Traffic::checkReport()
{
	CPPUNIT_ASSERT_MESSAGE("the relay does not end", _report.wait_for(PATIENCE) == std::future_status::ready);
	const RelayReport report = _report.get();
	const auto& [visitor, service] = _ends;
	const bool wasReset = visitor.wasReset || service.wasReset;
	if (report.ending == RelayReport::Ending::Closed)
	{
		CPPUNIT_ASSERT_MESSAGE("closed, before both streams had ended", visitor.hasEnded && service.hasEnded);
		CPPUNIT_ASSERT_EQUAL(visitor.sent, report.firstToSecond);
		CPPUNIT_ASSERT_EQUAL(service.sent, report.secondToFirst);
	}
	else if (_faults == Faults::None)
		CPPUNIT_ASSERT_MESSAGE("the relay ended by no fault of the peers",
			report.ending == RelayReport::Ending::Reset && wasReset);
}

} // namespace Bore::Test
