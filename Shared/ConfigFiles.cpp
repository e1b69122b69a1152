//
// ConfigFiles.cpp
//

#include "Shared/ConfigFiles.h"

#include "Shared/LogText.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace Bore
{

namespace
{

namespace fs = std::filesystem;

constexpr std::string_view ENDING = ".properties";

bool isConfiguration(const std::string& name)
{
	// A name that begins with a dot is what an editor or a package manager is at.
	return name.size() > ENDING.size() && name.front() != '.' &&
		   name.compare(name.size() - ENDING.size(), ENDING.size(), ENDING) == 0;
}

std::vector<std::string> namesIn(const fs::path& folder, SettingFaults& faults)
{
	std::vector<std::string> names;
	std::error_code error;
	// A plain file above it is the fault of the path to it, which is told there.
	if (fs::status(folder, error).type() == fs::file_type::not_found) return names;
	error.clear();
	for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
		names.push_back(at->path().filename().string());
	if (error)
	{
		faults.addHiding({{Layer::File, 1, 0}, ExitCode::Configuration,
			escapeForLog(folder.string()) + ": cannot be listed: " + error.message() +
				": it must be a folder that the program may read",
			{}});
	}
	names.erase(
		std::remove_if(names.begin(), names.end(), [](const auto& name) { return !isConfiguration(name); }),
		names.end());
	std::sort(names.begin(), names.end());
	return names;
}

} // namespace

std::vector<ConfigFile> configFiles(
	const std::optional<std::string>& given, const std::string& standard, SettingFaults& faults)
{
	std::error_code ignored;
	if (!given && (standard.empty() || !fs::exists(standard, ignored))) return {};

	std::vector<ConfigFile> files;
	files.push_back({given.value_or(standard)});
	const fs::path folder = fs::path(files.front().path).parent_path() / "conf.d";
	for (const auto& name : namesIn(folder, faults))
		files.push_back({(folder / name).string(), "conf.d", files.size()});
	return files;
}

} // namespace Bore
