//
// LogFileChannel.cpp
//

#include "Shared/LogFileChannel.h"

#include <Poco/Logger.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::int64_t SECONDS_OF_DAY = 86'400;
constexpr mode_t MODE = 0640; // addresses of visitors are nobody else's business

std::atomic<unsigned> generations{0};

void warn(const std::string& path, const char* what, int error)
{
	Poco::Logger::get("bore.log").warning(path + " " + what + ": " + std::generic_category().message(error));
}

} // namespace

LogFileChannel::LogFileChannel(LogFileConfig config)
	: _config(std::move(config))
	, _generation(generations)
{
}

void LogFileChannel::open()
{
	if (_file) return;
	// Not blocking: opening a FIFO that nobody reads would wait for ever.
	auto file = Descriptor::checked(
		::open(_config.path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE),
		"open");
	struct stat status = {};
	if (::fstat(file.get(), &status) != 0) throw std::system_error(errno, std::generic_category(), "fstat");
	_isRegular = S_ISREG(status.st_mode);
	_isTorn = false;
	_size = static_cast<std::uint64_t>(status.st_size);
	_day.reset();
	if (_size > 0) _day = status.st_mtim.tv_sec / SECONDS_OF_DAY;
	_file = std::move(file);
}

void LogFileChannel::close()
{
	_file = Descriptor();
}

void LogFileChannel::log(const Poco::Message& msg)
{
	if (const unsigned current = generations; std::exchange(_generation, current) != current) reopen();
	open();
	const std::string line = msg.getText() + "\n";
	const auto day = static_cast<std::int64_t>(msg.getTime().epochTime()) / SECONDS_OF_DAY;
	if (isDue(line.size(), day)) rotate(day);
	append(line);
	_day = day;
}

void LogFileChannel::reopenAll() noexcept
{
	++generations;
}

bool LogFileChannel::isDue(std::size_t bytes, std::int64_t day) const noexcept
{
	if (!_isRegular || _size == 0) return false;
	const bool isFull = _config.rotateBytes > 0 && _size + bytes > _config.rotateBytes;
	return isFull || (_config.rotateDaily && _day && day > *_day);
}

void LogFileChannel::reopen()
{
	// What is open serves on until there is another.
	Descriptor before = std::exchange(_file, Descriptor());
	try
	{
		open();
	}
	catch (const std::system_error& error)
	{
		if (!before) throw;
		_file = std::move(before);
		warn(_config.path, "could not be opened anew", error.code().value());
	}
}

void LogFileChannel::rotate(std::int64_t day)
{
	const auto numbered = [this](std::size_t number) { return _config.path + "." + std::to_string(number); };
	int result = 0;
	if (_config.keep == 0)
		result = ::ftruncate(_file.get(), 0);
	else
	{
		for (std::size_t number = _config.keep; number > 1; --number)
			::rename(numbered(number - 1).c_str(), numbered(number).c_str()); // most are not there
		result = ::rename(_config.path.c_str(), numbered(1).c_str());
	}
	if (result != 0)
	{
		warn(_config.path, "could not give way to a new file", errno);
	}
	// Where there is no new file: tried again tomorrow, or as many bytes later.
	_size = 0;
	_day = day;
	if (result == 0 && _config.keep > 0) reopen();
}

void LogFileChannel::append(const std::string& line)
{
	// Together, so that lines of several processes do not mix.
	const std::string text = _isTorn ? "\n" + line : line;
	std::size_t done = 0;
	while (done < text.size())
	{
		const auto written = ::write(_file.get(), text.data() + done, text.size() - done);
		if (written < 0 && errno == EINTR) continue;
		if (written <= 0)
		{
			const int error = written < 0 ? errno : EIO;
			if (done > 0) _isTorn = true;
			_size += done;
			throw std::system_error(error, std::generic_category(), "write");
		}
		done += static_cast<std::size_t>(written);
	}
	_isTorn = false;
	_size += text.size();
}

} // namespace Bore
