//
// PendingVisitors.cpp
//

#include "Server/PendingVisitors.h"

#include "Shared/Protocol.h"
#include "Shared/SocketOptions.h"

#include <utility>

namespace Bore
{

PendingVisitors::PendingVisitors(const Clock& clock) noexcept
	: _clock(clock)
{
}

void PendingVisitors::add(const Poco::UUID& id, Visitor visitor)
{
	Entries fresh;
	fresh.push_back({id, std::move(visitor), _clock.now() + Protocol::UNCLAIMED_VISITOR_TIMEOUT});
	const std::lock_guard<std::mutex> lock(_mutex);
	_byId.emplace(id, fresh.begin());
	_entries.splice(_entries.end(), fresh);
}

std::optional<Visitor> PendingVisitors::take(const Poco::UUID& id)
{
	Entries taken;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		const auto found = _byId.find(id);
		if (found == _byId.end()) return std::nullopt;
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
	return reset(expired);
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
	return reset(theirs);
}

std::size_t PendingVisitors::withdrawAll()
{
	Entries all;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_byId.clear();
		all.swap(_entries);
	}
	return reset(all);
}

std::size_t PendingVisitors::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _entries.size();
}

std::size_t PendingVisitors::reset(Entries& entries) noexcept
{
	for (auto& entry : entries)
	{
		abortOnClose(entry.visitor.socket);
		entry.visitor.socket.close();
	}
	return entries.size();
}

} // namespace Bore
