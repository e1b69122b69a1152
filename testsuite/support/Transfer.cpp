//
// Transfer.cpp
//

#include "testsuite/support/Transfer.h"

#include "Shared/StreamIo.h"
#include "testsuite/support/ByteSource.h"
#include "testsuite/support/Eventually.h"

#include <algorithm>
#include <cppunit/TestAssert.h>
#include <poll.h>
#include <string>
#include <utility>

namespace Bore::Test
{

namespace
{

constexpr int PATIENCE_MS = std::chrono::milliseconds(PATIENCE).count();

void awaitReady(int descriptor, short events, const char* problem, std::uint64_t done)
{
	pollfd entry{descriptor, events, 0};
	if (::poll(&entry, 1, PATIENCE_MS) == 0) CPPUNIT_FAIL(problem + std::to_string(done) + " bytes");
}

void sendAll(const Poco::Net::StreamSocket& socket, std::uint64_t seed, std::uint64_t bytes)
{
	constexpr std::uint64_t CHUNK = 256UL * 1024;
	const int descriptor = socket.impl()->sockfd();
	ByteSource source(seed);
	std::string chunk;
	std::size_t used = 0;
	for (std::uint64_t done = 0; done < bytes;)
	{
		if (used == chunk.size())
		{
			chunk = source.next(std::min(CHUNK, bytes - done));
			used = 0;
		}
		const IoResult sent = sendSome(socket, chunk.data() + used, chunk.size() - used);
		if (sent.outcome == Io::Failed)
			CPPUNIT_FAIL(
				"cannot send after " + std::to_string(done) + " bytes: " + failureOf(socket, sent.error));
		if (sent.mustWait()) awaitReady(descriptor, POLLOUT, "the peer takes no more after ", done);
		used += sent.bytes;
		done += sent.bytes;
	}
	while (endSending(socket) == Io::WantsWrite)
		awaitReady(descriptor, POLLOUT, "the peer takes no end after ", bytes);
}

void receiveAll(
	const Poco::Net::StreamSocket& socket, std::uint64_t seed, std::uint64_t bytes, std::size_t chunk)
{
	const int descriptor = socket.impl()->sockfd();
	ByteCheck check(seed);
	std::string buffer(chunk, '\0');
	for (;;)
	{
		const IoResult got = receiveSome(socket, buffer.data(), buffer.size());
		if (got.outcome == Io::Ended) break;
		if (got.outcome == Io::Failed)
			CPPUNIT_FAIL("cannot receive after " + std::to_string(check.count()) +
						 " bytes: " + failureOf(socket, got.error));
		if (got.mustWait())
			awaitReady(descriptor, POLLIN, "nothing comes after ", check.count());
		else
			check.take(buffer.data(), got.bytes);
	}
	CPPUNIT_ASSERT_EQUAL(bytes, check.count());
}

} // namespace

Transfer::Transfer(std::future<void> done)
	: _done(std::move(done))
{
}

Transfer Transfer::send(const Poco::Net::StreamSocket& socket, std::uint64_t seed, std::uint64_t bytes)
{
	return Transfer(std::async(std::launch::async, sendAll, socket, seed, bytes));
}

Transfer Transfer::receive(
	const Poco::Net::StreamSocket& socket, std::uint64_t seed, std::uint64_t bytes, std::size_t chunk)
{
	return Transfer(std::async(std::launch::async, receiveAll, socket, seed, bytes, chunk));
}

void Transfer::await()
{
	_done.get();
}

bool Transfer::isDone() const
{
	return _done.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

} // namespace Bore::Test
