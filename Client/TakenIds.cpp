//
// TakenIds.cpp
//

#include "Client/TakenIds.h"

#include <algorithm>
#include <iterator>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds REMEMBERED{30}; // our extension

} // namespace

bool TakenIds::take(const Poco::UUID& id)
{
	const TimePoint now = _clock.now();
	const std::lock_guard<std::mutex> lock(_mutex);
	while (!_byAge.empty() && now - _byAge.front().first >= REMEMBERED)
	{
		_taken.erase(_byAge.front().second);
		_byAge.pop_front();
	}
	if (!_taken.insert(id).second) return false;
	_byAge.emplace_back(now, id);
	return true;
}

void TakenIds::forget(const Poco::UUID& id)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_taken.erase(id) == 0) return;
	// It was taken a moment ago: it is among the last.
	const auto found =
		std::find_if(_byAge.rbegin(), _byAge.rend(), [&id](const auto& entry) { return entry.second == id; });
	_byAge.erase(std::next(found).base());
}

} // namespace Bore
