//
// TakenIds.cpp
//

#include "Client/TakenIds.h"

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

} // namespace Bore
