//
// Authentication.cpp
//

#include "Server/Authentication.h"

#include "Server/Admissions.h"
#include "Server/CurrentUsers.h"
#include "Server/LiveUsers.h"
#include "Server/UserSearch.h"
#include "Shared/PeerAddress.h"
#include "Shared/Protocol.h"
#include "Shared/Uuid.h"

#include <Poco/Logger.h>

namespace Bore
{

namespace
{

// To go through so few costs no more than to look up whom to try first.
constexpr std::size_t FEW_USERS = 4;

} // namespace

Authentication::Authentication(const ServerContext& context)
	: _context(context)
	, _needed(!context.users.get()->areOpen())
{
}

const Poco::UUID& Authentication::challenge()
{
	_challenge = secureRandomUuid();
	return _challenge;
}

Authentication::Verdict Authentication::judge(std::string_view answer, const Poco::Net::SocketAddress& peer)
{
	const auto user = find(answer, peer);
	if (!user)
		return {nullptr, Protocol::ErrorText::INVALID_SECRET, _context.admissions.failedAuthentication(peer)};
	const char* refusal = user->refusal(peer.host(), _context.clock.wallNow());
	if (refusal == nullptr) return {user};
	// Every one: he is known, and asks why it does not work.
	Poco::Logger::get("bore.server.authentication")
		.warning("connection of %s refused: %s%s", addressText(peer), std::string(refusal), tagOf(user));
	return {nullptr, refusal};
}

UserPtr Authentication::find(std::string_view answer, const Poco::Net::SocketAddress& peer) const
{
	if (_context.admissions.refusesAnswers(peer)) return nullptr;
	const auto users = _context.users.get();
	const UserSearch search(*users, _challenge, answer);
	if (users->all().size() > FEW_USERS)
		if (auto user = search.among(_context.liveUsers.from(peer.host()))) return user;
	return search.amongAll();
}

} // namespace Bore
