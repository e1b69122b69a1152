//
// Handshakes.cpp
//

#include "Server/Handshakes.h"

#include "Server/Admissions.h"
#include "Shared/SocketOptions.h"

#include <Poco/Exception.h>

#include <utility>

namespace Bore
{

void Handshakes::begin(const ServerContext& context, const Poco::Net::StreamSocket& socket)
{
	const auto admission = admit(context, socket);
	if (!admission) return;
	const auto handshake =
		std::make_shared<Handshake>(context, socket, admission->place, admission->isOfProxy);
	std::shared_ptr<Handshake> oldest;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_stopped) return;
		if (_unfinished.size() >= _limit)
		{
			oldest = _unfinished.begin()->second.lock();
			_unfinished.erase(_unfinished.begin());
		}
		_unfinished.emplace(handshake->id(), handshake);
	}
	if (oldest) oldest->abort();
	handshake->begin();
}

std::optional<Handshakes::Admission> Handshakes::admit(
	const ServerContext& context, Poco::Net::StreamSocket socket)
{
	Poco::Net::SocketAddress peer;
	try
	{
		peer = socket.peerAddress();
	}
	catch (const Poco::Exception&)
	{
		return Admission{{}, false}; // reset already; what it sent may be of interest
	}
	// Whom a proxy speaks for is admitted when it has said so.
	if (context.admissions.isProxyOfClients(peer)) return Admission{{}, true};
	// The rules may have been exchanged since the door let it in as a proxy's.
	if (context.admissions.denialOfClient(peer))
	{
		abortOnClose(socket);
		return std::nullopt;
	}
	auto place = context.admissions.handshake(peer);
	if (place) return Admission{std::move(*place), false};
	abortOnClose(socket);
	return std::nullopt;
}

void Handshakes::abortAll() noexcept
{
	std::map<Watch::Id, std::weak_ptr<Handshake>> all;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_stopped = true;
		all.swap(_unfinished);
	}
	for (const auto& [id, handshake] : all)
		if (const auto alive = handshake.lock()) alive->abort();
}

std::size_t Handshakes::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _unfinished.size();
}

void Handshakes::remove(Watch::Id id) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_unfinished.erase(id);
}

} // namespace Bore
