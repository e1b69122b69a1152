//
// PendingVisitors.cpp
//

#include "Server/PendingVisitors.h"

#include "Shared/Extension.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/SocketOptions.h"

#include <utility>

namespace Bore
{

std::string announcement(const Poco::UUID& id, const Visitor& visitor)
{
	return visitor.isNamed ? format(VisitorNotice{id, visitor.addresses})
						   : format(ServerMessage{Connection{id}});
}

PendingVisitors::PendingVisitors(const Clock& clock, std::size_t limit, std::size_t limitPerTunnel)
	: _clock(clock)
	, _unclaimed({"limit.unclaimed", limit}, {"limit.unclaimedPerTunnel", limitPerTunnel})
{
}

const Quota::Bound* PendingVisitors::add(const Poco::UUID& id, Visitor visitor)
{
	auto admission = _unclaimed.admit(std::to_string(visitor.tunnel));
	Entries fresh;
	fresh.push_back({id, std::move(visitor), _clock.now() + Protocol::UNCLAIMED_VISITOR_TIMEOUT,
		std::move(admission.place)});
	if (admission.reached != nullptr)
	{
		reset(fresh, AccessRecord::Ending::Refused);
		return admission.reached;
	}
	const std::lock_guard<std::mutex> lock(_mutex);
	_byId.emplace(id, fresh.begin());
	_entries.splice(_entries.end(), fresh);
	return nullptr;
}

Quota::Admission PendingVisitors::reserve(std::uint64_t tunnel)
{
	return _unclaimed.admit(std::to_string(tunnel));
}

std::vector<std::string> PendingVisitors::nameAll(std::uint64_t tunnel)
{
	std::vector<std::string> announcements;
	const std::lock_guard<std::mutex> lock(_mutex);
	for (auto& entry : _entries)
	{
		if (entry.visitor.tunnel != tunnel || entry.visitor.isNamed) continue;
		entry.visitor.isNamed = true;
		announcements.push_back(announcement(entry.id, entry.visitor));
	}
	return announcements;
}

std::optional<Visitor> PendingVisitors::take(const Poco::UUID& id, const std::string& user)
{
	Entries taken;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		const auto found = _byId.find(id);
		if (found == _byId.end() || nameOf(found->second->visitor.user) != user) return std::nullopt;
		taken.splice(taken.end(), _entries, found->second);
		_byId.erase(found);
	}
	return std::move(taken.front().visitor);
}

std::size_t PendingVisitors::dropExpired()
{
	const TimePoint now = _clock.now();
	Entries expired;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		while (!_entries.empty() && _entries.front().deadline <= now)
		{
			_byId.erase(_entries.front().id);
			expired.splice(expired.end(), _entries, _entries.begin());
		}
	}
	return reset(expired, AccessRecord::Ending::Unclaimed);
}

std::size_t PendingVisitors::withdraw(std::uint64_t tunnel)
{
	Entries theirs;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		for (auto entry = _entries.begin(); entry != _entries.end();)
		{
			const auto current = entry++;
			if (current->visitor.tunnel != tunnel) continue;
			_byId.erase(current->id);
			theirs.splice(theirs.end(), _entries, current);
		}
	}
	return reset(theirs, AccessRecord::Ending::Withdrawn);
}

std::size_t PendingVisitors::withdrawAll()
{
	Entries all;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_byId.clear();
		all.swap(_entries);
	}
	return reset(all, AccessRecord::Ending::Withdrawn);
}

std::size_t PendingVisitors::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _entries.size();
}

std::size_t PendingVisitors::reset(Entries& entries, AccessRecord::Ending ending) noexcept
{
	for (auto& entry : entries)
	{
		abortOnClose(entry.visitor.socket);
		entry.visitor.socket.close();
		AccessRecord::end(entry.visitor.access, ending);
	}
	return entries.size();
}

} // namespace Bore
