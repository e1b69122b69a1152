//
// PropertiesFile.cpp
//

#include "Shared/PropertiesFile.h"

#include "Shared/Descriptor.h"
#include "Shared/LogText.h"
#include "Shared/RoleFailure.h"

#include <Poco/Ascii.h>
#include <Poco/AutoPtr.h>
#include <Poco/String.h>
#include <Poco/Util/PropertyFileConfiguration.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace Bore
{

namespace
{

// Far above any real file: a log or an image given by mistake is not read whole.
constexpr std::size_t MAX_BYTES = 1024 * 1024;

std::string describeError(int error)
{
	return std::generic_category().message(error);
}

std::string readAll(int fd)
{
	std::string text;
	std::array<char, 16 * 1024> buffer{};
	while (text.size() <= MAX_BYTES)
	{
		const ssize_t n = ::read(fd, buffer.data(), buffer.size());
		if (n == 0) break;
		if (n > 0)
			text.append(buffer.data(), static_cast<std::size_t>(n));
		else if (errno != EINTR)
			throw std::system_error(errno, std::generic_category());
	}
	return text;
}

bool isNewline(char c) noexcept
{
	return c == '\n' || c == '\r';
}

// POCO's rule: a backslash takes the next character with it, CR LF counting as one.
std::size_t endOfValue(const std::string& text, std::size_t at) noexcept
{
	while (at < text.size() && !isNewline(text[at]))
	{
		const bool crLf = text.compare(at, 3, "\\\r\n") == 0;
		at += crLf ? 3 : text[at] == '\\' ? 2 : 1;
	}
	return std::min(at, text.size());
}

} // namespace

PropertiesFile::PropertiesFile(const std::string& path)
	: _path(escapeForLog(path))
{
	// Opened once and looked at afterwards: POCO would hang on a directory,
	// and the name could mean something else by the second look.
	const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
	if (!file && errno == ENOENT) fail(_path, "no such file: check the path given to --config");
	if (!file) fail(_path, "cannot be opened: " + describeError(errno) + ": check its permissions");
	struct stat status
	{
	};
	if (::fstat(file.get(), &status) != 0) fail(_path, "cannot be read: " + describeError(errno));
	if (S_ISDIR(status.st_mode)) fail(_path, "is a directory: --config takes a file");
	if (!S_ISREG(status.st_mode)) fail(_path, "is no regular file: --config takes one");

	std::string text;
	try
	{
		text = readAll(file.get());
	}
	catch (const std::system_error& e)
	{
		fail(_path, "cannot be read: " + e.code().message());
	}
	if (text.size() > MAX_BYTES) fail(_path, "is over 1 MiB: it is no configuration file");
	if (text.find('\0') != std::string::npos) fail(_path, "holds a NUL byte: it is no configuration file");
	scan(text);

	std::istringstream stream(text);
	const Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> values(
		new Poco::Util::PropertyFileConfiguration(stream));
	for (auto& entry : _entries) entry.value = values->getRawString(entry.key, "");
}

std::string PropertiesFile::where(const Entry& entry) const
{
	return _path + ":" + std::to_string(entry.line);
}

void PropertiesFile::scan(const std::string& text)
{
	std::size_t line = 1;
	std::size_t at = 0;
	while (at < text.size())
	{
		if (Poco::Ascii::isSpace(text[at]))
		{
			if (text[at] == '\n') ++line;
			++at;
			continue;
		}
		const std::size_t lineEnd = std::min(text.find_first_of("\r\n", at), text.size());
		if (text[at] == '#' || text[at] == '!')
		{
			at = lineEnd;
			continue;
		}
		const std::size_t separator = text.find_first_of("=:", at);
		// The line is not shown: a secret may be in it.
		if (separator == std::string::npos || separator > lineEnd)
			fail(_path + ":" + std::to_string(line),
				"expected \"key = value\", or a comment that starts with #");
		add({Poco::trim(text.substr(at, separator - at)), "", line});
		const std::size_t end = endOfValue(text, separator + 1);
		line += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
			text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
		at = end;
	}
}

void PropertiesFile::add(const Entry& entry)
{
	const auto first = std::find_if(
		_entries.begin(), _entries.end(), [&entry](const Entry& other) { return other.key == entry.key; });
	if (first != _entries.end())
	{
		fail(where(entry), "the key \"" + escapeForLog(entry.key) + "\" is given twice: line " +
							   std::to_string(first->line) + " has it already");
	}
	_entries.push_back(entry);
}

void PropertiesFile::fail(const std::string& where, const std::string& text) const
{
	throw RoleFailure(ExitCode::Configuration, where + ": " + text);
}

} // namespace Bore
