//
// Refusals.cpp
//

#include "Server/Refusals.h"

#include "Shared/Quietly.h"

#include <Poco/Logger.h>

#include <utility>

namespace Bore
{

void Refusals::add(const std::string& limit, const std::string& who) noexcept
{
	quietly([&] { note("bore.server.limits", limit, who, limit + " is reached"); });
}

void Refusals::add(const AccessList::Denial& denial, const std::string& who) noexcept
{
	quietly([&] { note("bore.server.access", denial.key, who, denial.reason); });
}

void Refusals::add(const std::string& kind, const std::string& who, const std::string& reason) noexcept
{
	quietly([&] { note("bore.server.tls", kind, who, reason); });
}

void Refusals::note(
	const char* source, const std::string& name, const std::string& who, const std::string& reason)
{
	std::size_t unsaid = 0;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		auto& entry = _entries[name];
		++entry.count;
		const TimePoint now = _clock.now();
		if (now < entry.quietUntil)
		{
			++entry.unsaid;
			return;
		}
		entry.quietUntil = now + QUIET;
		unsaid = std::exchange(entry.unsaid, 0);
	}
	auto& logger = Poco::Logger::get(source);
	if (unsaid == 0)
		logger.warning("%s refused: %s", who, reason);
	else
		logger.warning("%s refused: %s (and %z more since the last such line)", who, reason, unsaid);
}

std::size_t Refusals::count(const std::string& name) const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _entries.find(name);
	return found == _entries.end() ? 0 : found->second.count;
}

} // namespace Bore
