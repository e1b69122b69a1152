//
// StandbyLines.cpp
//

#include "Client/StandbyLines.h"

#include <algorithm>

namespace Bore
{

void StandbyLines::start(const Grant& grant, const Poco::Net::SocketAddress& server)
{
	stop();
	const auto count = std::min<std::size_t>(grant.standby, _context.tunnel.standby);
	std::vector<std::shared_ptr<StandbyLine>> lines;
	for (std::size_t i = 0; i < count; ++i)
		lines.push_back(std::make_shared<StandbyLine>(_context, grant.ticket, server));
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_lines = lines;
	}
	for (const auto& line : lines) line->dial();
}

bool StandbyLines::dropOne() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return std::any_of(_lines.begin(), _lines.end(), [](const auto& line) { return line->drop(); });
}

void StandbyLines::stop() noexcept
{
	std::vector<std::shared_ptr<StandbyLine>> lines;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		lines.swap(_lines);
	}
	for (const auto& line : lines) line->stop();
}

} // namespace Bore
