//
// WholeFile.cpp
//

#include "Shared/WholeFile.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace Bore
{

namespace
{

constexpr std::size_t MIB = 1024UL * 1024;

std::string describeError(int error)
{
	return std::generic_category().message(error);
}

[[noreturn]] void fail(const std::string& text)
{
	throw std::invalid_argument(text);
}

bool sameMoment(const timespec& a, const timespec& b) noexcept
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

} // namespace

WholeFile::WholeFile(const std::string& path, const std::string& taker, std::size_t maxBytes)
	: _path(path)
	, _maxBytes(maxBytes)
	// Opened once and looked at afterwards: the name could mean something
	// else by the second look.
	, _file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
{
	if (!_file && errno == ENOENT) fail("no such file: check the path given to " + taker);
	if (!_file) fail("cannot be opened: " + describeError(errno) + ": check its permissions");
	if (::fstat(_file.get(), &_status) != 0) fail("cannot be read: " + describeError(errno));
	if (S_ISDIR(_status.st_mode)) fail("is a directory: " + taker + " takes a file");
	if (!S_ISREG(_status.st_mode)) fail("is no regular file: " + taker + " takes one");
}

std::string WholeFile::read() const
{
	std::string text = readAll();
	if (text.size() > _maxBytes)
		fail("is over " + std::to_string(_maxBytes / MIB) + " MiB: it is no configuration file");
	if (text.find('\0') != std::string::npos) fail("holds a NUL byte: it is no configuration file");
	if (hasChanged()) fail("changed while it was read: write beside it, then rename");
	return text;
}

std::string WholeFile::readAll() const
{
	std::string text;
	std::array<char, 16 * 1024> buffer{};
	while (text.size() <= _maxBytes)
	{
		const ssize_t n = ::read(_file.get(), buffer.data(), buffer.size());
		if (n == 0) break;
		if (n > 0)
			text.append(buffer.data(), static_cast<std::size_t>(n));
		else if (errno != EINTR)
			fail("cannot be read: " + describeError(errno));
	}
	return text;
}

bool WholeFile::hasChanged() const
{
	// By its path: a rename while it was read shows there alone.
	struct stat now = {};
	return ::stat(_path.c_str(), &now) != 0 || now.st_dev != _status.st_dev || now.st_ino != _status.st_ino ||
		   now.st_size != _status.st_size || !sameMoment(now.st_mtim, _status.st_mtim);
}

} // namespace Bore
