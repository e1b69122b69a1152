//
// JournalStream.cpp
//

#include "Shared/JournalStream.h"

#include <sys/stat.h>
#include <syslog.h>

#include <array>
#include <cstdio>
#include <cstring>

namespace Bore
{

bool isJournalStream(int descriptor, const char* journalStream) noexcept
{
	struct stat status = {};
	if (journalStream == nullptr || ::fstat(descriptor, &status) != 0) return false;
	std::array<char, 48> ours{}; // two numbers of 64 bits
	std::snprintf(ours.data(), ours.size(), "%llu:%llu", static_cast<unsigned long long>(status.st_dev),
		static_cast<unsigned long long>(status.st_ino));
	return std::strcmp(ours.data(), journalStream) == 0;
}

std::string journalPrefix(Poco::Message::Priority priority)
{
	// As Poco::SyslogChannel has them; by POCO's priorities, which begin at 1.
	static constexpr std::array<int, 9> LEVELS{
		LOG_INFO, LOG_ALERT, LOG_CRIT, LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG, LOG_DEBUG};
	return "<" + std::to_string(LEVELS.at(static_cast<std::size_t>(priority))) + ">";
}

} // namespace Bore
