//
// HandshakeFuzz.cpp
//
// Any bytes on the control port, in pieces, then the end or a reset: the
// connection ends, nothing of it stays behind, and a visitor gets nothing
// but what followed the Accept.
//
// The first byte of an input chooses what the server is like (see Flag),
// the second the size of the pieces.
//

#include "Shared/Authenticator.h"
#include "Shared/Uuid.h"
#include "testsuite/fuzz/Fuzz.h"
#include "testsuite/support/LoopbackPairs.h"
#include "testsuite/support/ProcessStatus.h"
#include "testsuite/support/ServerParts.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

using namespace Bore;
using namespace Bore::Fuzz;
using namespace Bore::Test;

namespace
{

enum Flag : std::uint8_t
{
	WithSecret = 1,
	ProvesSecret = 2,
	HasVisitor = 4, // who waits under VISITOR
	EndsByReset = 8,
	BehindAProxy = 16 // which begins with a PROXY header; without a secret
};

constexpr char VISITOR[] = "11111111-1111-4111-8111-111111111111";
constexpr char SECRET[] = "of the fuzz target";
constexpr std::size_t MOST_PIECES = 32; // a piece is a system call, and speed finds more

void sendInPieces(ScriptedPeer& peer, std::string_view bytes, std::size_t piece)
{
	const std::size_t size = std::max(piece, bytes.size() / MOST_PIECES + 1);
	while (!bytes.empty())
	{
		const auto part = bytes.substr(0, size);
		// A server that has refused may have closed: no fault.
		if (::send(peer.socket().impl()->sockfd(), part.data(), part.size(), MSG_NOSIGNAL) < 0) return;
		bytes.remove_prefix(part.size());
	}
}

bool receiveToEnd(ScriptedPeer& peer, std::string& received)
// False while it goes on.
{
	std::array<char, 4096> bytes{};
	for (;;)
	{
		const auto got = ::recv(peer.socket().impl()->sockfd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
		if (got > 0)
			received.append(bytes.data(), static_cast<std::size_t>(got));
		else
			return got == 0 || (errno != EAGAIN && errno != EINTR);
	}
}

void prove(ScriptedPeer& peer)
{
	const std::string challenge = peer.receiveFrame();
	const auto id = parseUuid(std::string_view(challenge).substr(sizeof("{\"Challenge\":\"") - 1, 36));
	require(id.has_value(), "a challenge has an id");
	static const Authenticator authenticator{Secret(SECRET)};
	peer.sendFrame(format(ClientMessage{Authenticate{authenticator.tag(*id)}}));
}

class Conversation
/// One connection with a server, from its first byte to its end.
{
public:
	Conversation(ServerParts& parts, std::uint8_t flags)
		: _parts(parts)
		, _flags(flags)
		, _pair(pairs().make())
		, _visitor(_pair.far)
		, _peer(parts.begin())
	{
		if (has(HasVisitor)) _parts.visitors().add(*parseUuid(VISITOR), {_pair.near, "visitor", 0, 1});
		_pair.near = Poco::Net::StreamSocket();
		if (has(WithSecret) && has(ProvesSecret) && !has(BehindAProxy)) prove(_peer);
	}

	void run(std::string_view stream, std::size_t piece)
	{
		sendInPieces(_peer, stream, piece);
		if (has(EndsByReset))
			_peer.reset();
		else
		{
			::shutdown(_peer.socket().impl()->sockfd(), SHUT_WR);
			require(eventually([this] { return bothEnded(); }), "a connection ends when its peer has ended");
			require(_delivered.size() <= stream.size() &&
						stream.substr(stream.size() - _delivered.size()) == _delivered,
				"a visitor gets what followed the Accept");
		}
		require(eventually([this] { return isGone(); }), "nothing stays of a connection that has ended");
		_parts.visitors().withdrawAll();
	}

private:
	static LoopbackPairs& pairs()
	{
		static LoopbackPairs instance;
		return instance;
	}

	[[nodiscard]] bool has(Flag flag) const noexcept { return (_flags & flag) != 0; }

	bool bothEnded()
	{
		// The visitor's end is its answer to the end of the client's stream.
		if (!_visitorEnded && receiveToEnd(_visitor, _delivered))
		{
			_visitorEnded = true;
			_visitor.close();
		}
		std::string ignored;
		return receiveToEnd(_peer, ignored);
	}

	[[nodiscard]] bool isGone()
	{
		if (_parts.relays().count() > 0 && !_visitorEnded)
		{
			_visitor.close();
			_visitorEnded = true;
		}
		return _parts.handshakes().count() == 0 && _parts.tunnels().count() == 0 &&
			   _parts.relays().count() == 0 && _parts.watch().size() == 0;
	}

	ServerParts& _parts;
	const std::uint8_t _flags;
	LoopbackPair _pair;
	ScriptedPeer _visitor;
	ScriptedPeer _peer;
	std::string _delivered;
	bool _visitorEnded = false;
};

Limits patient()
{
	Limits limits;
	limits.delayAfter = limits.refuseAfter = 0;
	return limits;
}

bool acceptProxies(ServerParts& parts)
{
	parts.admissions().replaceAccess(std::make_shared<const AccessRules>(AccessList(), AccessList(),
		std::vector<AccessRules::OfPorts>(), AccessRules::Proxies{NetworkSet::parse("127.0.0.1"), {}}));
	return true;
}

void checkDescriptors()
// Now and then: a walk through /proc is slow.
{
	constexpr unsigned INPUTS = 1000;
	static unsigned inputs = 0;
	static std::size_t before = 0;
	if (++inputs % INPUTS != 0) return;
	constexpr std::size_t OF_CORPUS_AND_POOLS = 16; // libFuzzer's files, a worker's last socket
	if (before == 0) before = ProcessStatus::self().descriptors() + OF_CORPUS_AND_POOLS;
	require(eventually([] { return ProcessStatus::self().descriptors() <= before; }), "no descriptor leaks");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	static const bool isIgnored = std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
	require(isIgnored, "a broken connection is an error of one write");
	static ServerParts openToAll;
	// The clock stands still: an answer that is held back would never come.
	static ServerParts secretive(SECRET, 4096, 64, patient());
	static ServerParts proxied;
	static const bool isProxied = acceptProxies(proxied);
	require(isProxied, "it is");
	if (size < 2) return 0;
	auto& parts = (data[0] & BehindAProxy) != 0 ? proxied
				  : (data[0] & WithSecret) != 0 ? secretive
												: openToAll;
	Conversation(parts, data[0]).run(textOf(data + 2, size - 2), data[1] + 1U);
	checkDescriptors();
	return 0;
}
