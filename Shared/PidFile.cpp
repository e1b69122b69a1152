//
// PidFile.cpp
//

#include "Shared/PidFile.h"

#include "Shared/LogText.h"
#include "Shared/RoleFailure.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace Bore
{

namespace
{

constexpr off_t MAX_BYTES = 16; // a process number and a line end
constexpr mode_t MODE = 0644;   // for whoever wants to send it a signal

[[noreturn]] void refuse(const std::string& path, const std::string& what)
{
	throw RoleFailure(ExitCode::Configuration, "pid file " + escapeForLog(path) + " " + what);
}

[[noreturn]] void refuse(const std::string& path, int error)
{
	refuse(path,
		"cannot be written: " + std::generic_category().message(error) + ": check the path given as pidfile");
}

bool isSame(int file, const std::string& path) noexcept
{
	struct stat opened = {};
	struct stat there = {};
	return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &there) == 0 &&
		   opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

std::string holderOf(int file)
{
	std::array<char, 16> text{};
	const auto size = ::pread(file, text.data(), text.size(), 0);
	std::string number(text.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
	number.erase(std::min(number.find_first_not_of("0123456789"), number.size()));
	return number.empty() ? "another process" : "process " + number;
}

} // namespace

PidFile::PidFile(const std::string& path)
	: _path(path)
	, _file(lock(path))
{
	const std::string line = std::to_string(::getpid()) + "\n";
	const auto written = ::pwrite(_file.get(), line.data(), line.size(), 0);
	if (written == static_cast<ssize_t>(line.size())) return;
	const int error = written < 0 ? errno : ENOSPC;
	remove();
	refuse(path, error);
}

PidFile::~PidFile()
{
	remove();
}

void PidFile::remove() const noexcept
{
	if (isSame(_file.get(), _path)) ::unlink(_path.c_str());
}

Descriptor PidFile::lock(const std::string& path)
{
	for (;;)
	{
		Descriptor file = open(path);
		if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
		{
			if (errno != EWOULDBLOCK) refuse(path, errno);
			refuse(path, "is that of " + holderOf(file.get()) +
							 ", which runs: stop it, or give each its own with --pidfile");
		}
		// Whoever had it may have removed it between our two calls.
		if (!isSame(file.get(), path)) continue;
		if (::ftruncate(file.get(), 0) != 0) refuse(path, errno);
		return file;
	}
}

Descriptor PidFile::open(const std::string& path)
{
	Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE));
	if (!file) refuse(path, errno);
	struct stat status = {};
	if (::fstat(file.get(), &status) != 0) refuse(path, errno);
	// What it holds is lost: no mistake of an option is to cost somebody a device or a file of theirs.
	if (!S_ISREG(status.st_mode)) refuse(path, "is no regular file: check the path given as pidfile");
	if (status.st_size > MAX_BYTES)
		refuse(path, "holds more than a process number: check the path given as pidfile");
	return file;
}

} // namespace Bore
