//
// LogConfig.h
//
// Where log lines go, and which.
//

#ifndef Bore_Shared_LogConfig_INCLUDED
#define Bore_Shared_LogConfig_INCLUDED

#include <Poco/Message.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <syslog.h>
#include <utility>
#include <vector>

namespace Bore
{

struct LogFileConfig
/// A file of lines, and when it gives way to a new one.
{
	std::string path;
	std::string key;                                  /// that the user gave the path by, for errors
	std::uint64_t rotateBytes = 100ULL * 1024 * 1024; /// size that a file does not pass; 0: any
	bool rotateDaily = false;                         /// at midnight, UTC
	std::size_t keep = 10;                            /// old files
};

struct LogOutputConfig
/// One stream of lines.
{
	enum class Target
	{
		Off,
		Stderr,
		File,
		Syslog
	};

	enum class Format
	{
		Text,
		Json
	};

	Target target = Target::Off;
	Format format = Format::Text;
	LogFileConfig file;
	int facility = LOG_DAEMON; /// of syslog(3)
};

struct LogConfig
/// The log of a program.
{
	using Levels = std::vector<std::pair<std::string, Poco::Message::Priority>>;

	Poco::Message::Priority level = Poco::Message::PRIO_INFORMATION;
	Levels levels; /// of single loggers, with what is below them
	LogOutputConfig output{LogOutputConfig::Target::Stderr, LogOutputConfig::Format::Text, {}, LOG_DAEMON};
};

} // namespace Bore

#endif // Bore_Shared_LogConfig_INCLUDED
