//
// LogFileChannel.h
//
// Lines in a file that does not grow for ever.
//

#ifndef Bore_Shared_LogFileChannel_INCLUDED
#define Bore_Shared_LogFileChannel_INCLUDED

#include "Shared/Descriptor.h"
#include "Shared/LogConfig.h"

#include <Poco/Channel.h>
#include <Poco/Message.h>

#include <cstdint>
#include <optional>
#include <string>

namespace Bore
{

class LogFileChannel : public Poco::Channel
/// Appends each message's text as a line, by one write(2). The file gives
/// way to a new one before it would pass its size, and with the first
/// message of a new day (UTC, by the messages' own times): it becomes
/// PATH.1, PATH.1 becomes PATH.2, and the last one goes. A path that is no
/// regular file is never renamed.
///
/// Not Poco::FileChannel, which in 1.11 rotates by size or daily but not
/// both, heads a file that it rotates daily with a comment, which no reader
/// of JSON takes, and purges whatever begins with the file's name.
///
/// One thread at a time, but for reopenAll().
{
public:
	explicit LogFileChannel(LogFileConfig config);

	void open() override;
	/// Throws std::system_error where the file cannot be appended to. log()
	/// does it, too.

	void close() override;

	void log(const Poco::Message& msg) override;
	/// Throws std::system_error where the line could not be written, on a
	/// full disk, say. The next one is tried again, on a line of its own.

	static void reopenAll() noexcept;
	/// All of the process open their files anew before their next line, for
	/// logrotate(8), which has renamed them. Any thread.

private:
	[[nodiscard]] bool isDue(std::size_t bytes, std::int64_t day) const noexcept;
	void reopen();
	void rotate(std::int64_t day);
	void append(const std::string& line);

	const LogFileConfig _config;
	Descriptor _file;
	unsigned _generation;             // of reopenAll() that the file is of
	bool _isRegular = false;          // or nothing is renamed
	bool _isTorn = false;             // it ends in a line that was cut off
	std::uint64_t _size = 0;          // bytes
	std::optional<std::int64_t> _day; // of its last line, since 1970; none: it is empty
};

} // namespace Bore

#endif // Bore_Shared_LogFileChannel_INCLUDED
