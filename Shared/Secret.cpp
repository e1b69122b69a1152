//
// Secret.cpp
//

#include "Shared/Secret.h"

#include "Shared/Descriptor.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <openssl/crypto.h>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>

namespace Bore
{

namespace
{

constexpr std::size_t MAX_LINE_BYTES = 4096;
// Longer than any secret, and an end to reading where a device has none.

struct Line
{
	std::array<char, MAX_LINE_BYTES + 1> bytes;
	std::size_t used = 0;

	~Line() { ::OPENSSL_cleanse(bytes.data(), bytes.size()); }

	[[nodiscard]] std::string_view text() const { return {bytes.data(), used}; }
	[[nodiscard]] bool isWhole() const { return text().find('\n') != std::string_view::npos; }
};

[[noreturn]] void fail(const std::string& path, const std::string& what)
{
	throw std::invalid_argument("secret file \"" + path + "\" " + what);
}

[[noreturn]] void failToRead(const std::string& path, int error)
{
	fail(path, "cannot be read: " + std::system_category().message(error));
}

struct PipedSecrets
/// What was read from pipes and the like, which say it only once.
{
	static PipedSecrets& instance()
	{
		static PipedSecrets secrets;
		return secrets;
	}

	std::mutex mutex; // guards what follows
	std::map<std::string, Secret> byPath;
};

bool isPiped(const std::string& path) noexcept
{
	struct stat status = {};
	return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

Descriptor open(const std::string& path, Permissions permissions)
{
	struct stat status = {};
	if (::stat(path.c_str(), &status) != 0) failToRead(path, errno);
	if (S_ISDIR(status.st_mode)) fail(path, "is a directory");
	if (S_ISBLK(status.st_mode) || S_ISSOCK(status.st_mode)) fail(path, "is no regular file");

	Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
	if (!file) failToRead(path, errno);
	// Of what was opened, not of what the path led to before.
	if (::fstat(file.get(), &status) != 0) failToRead(path, errno);
	const std::string exposure = exposureOf(status.st_mode, path);
	if (permissions == Permissions::Strict && S_ISREG(status.st_mode) && !exposure.empty())
		fail(path, exposure);
	return file;
}

void readLine(const Descriptor& file, const std::string& path, Line& line)
{
	while (!line.isWhole() && line.used < line.bytes.size())
	{
		const ssize_t n = ::read(file.get(), line.bytes.data() + line.used, line.bytes.size() - line.used);
		if (n == 0) return;
		if (n > 0)
			line.used += static_cast<std::size_t>(n);
		else if (errno != EINTR)
			failToRead(path, errno);
	}
}

Secret readSecret(const std::string& path, Permissions permissions)
{
	Line line;
	readLine(open(path, permissions), path, line);
	if (line.used == 0) fail(path, "is empty: its first line is the secret");

	std::string_view text = line.text();
	text = text.substr(0, text.find('\n'));
	if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
	if (text.empty()) fail(path, "starts with an empty line: its first line is the secret");
	if (text.size() > MAX_LINE_BYTES)
	{
		fail(path, "has a first line of more than " + std::to_string(MAX_LINE_BYTES) + " bytes");
	}
	return Secret(std::string(text));
}

} // namespace

Secret::Secret(std::string value)
	: _value(std::move(value))
{
	if (_value.empty()) throw std::invalid_argument("the secret is empty");
}

Secret::~Secret()
{
	::OPENSSL_cleanse(_value.data(), _value.size());
}

Secret Secret::fromFile(const std::string& path, Permissions permissions)
{
	if (!isPiped(path)) return readSecret(path, permissions);
	auto& piped = PipedSecrets::instance();
	{
		const std::lock_guard<std::mutex> lock(piped.mutex);
		if (const auto known = piped.byPath.find(path); known != piped.byPath.end()) return known->second;
	}
	const Secret secret = readSecret(path, permissions);
	const std::lock_guard<std::mutex> lock(piped.mutex);
	return piped.byPath.emplace(path, secret).first->second;
}

} // namespace Bore
