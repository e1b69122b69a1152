//
// RateWindow.cpp
//

#include "Server/RateWindow.h"

namespace Bore
{

RateWindow::RateWindow(Duration window, const Clock& clock, std::size_t mostKeys)
	: _window(window)
	, _clock(clock)
	, _mostKeys(mostKeys)
{
}

std::size_t RateWindow::add(const std::string& key)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	forgetExpired();
	if (const auto found = _byKey.find(key); found != _byKey.end()) return ++found->second->count;
	if (_entries.size() >= _mostKeys) forgetOldest();
	Entries fresh;
	fresh.push_back({key, _clock.now(), 1});
	_byKey.emplace(key, fresh.begin());
	_entries.splice(_entries.end(), fresh);
	return 1;
}

std::size_t RateWindow::count(const std::string& key)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	forgetExpired();
	const auto found = _byKey.find(key);
	return found == _byKey.end() ? 0 : found->second->count;
}

std::size_t RateWindow::keys()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	forgetExpired();
	return _entries.size();
}

void RateWindow::forgetExpired()
{
	const TimePoint now = _clock.now();
	while (!_entries.empty() && now - _entries.front().begin >= _window) forgetOldest();
}

void RateWindow::forgetOldest()
{
	_byKey.erase(_entries.front().key);
	_entries.pop_front();
}

} // namespace Bore
