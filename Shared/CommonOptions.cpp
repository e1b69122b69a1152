//
// CommonOptions.cpp
//

#include "Shared/CommonOptions.h"

namespace Bore
{

std::vector<CommonOption> commonOptions(const SettingTable& table)
{
	const auto& file = table.program().configFile;
	std::vector<CommonOption> options{
		{"--config", 0, "FILE",
			"properties file with any of the keys above" + (file.empty() ? "" : ", in place of " + file)},
		{"--check-config", 0, "",
			"say all that is wrong with the configuration, or that nothing is, and exit"},
		{"--dump-config", 0, "", "print each key with its value and where that comes from, and exit"},
		{"--help", 'h', "", "print this and exit"},
		{"--version", 'v', "", "print the version and exit"},
	};
	if (const auto& task = table.program().task; !task.option.empty())
		options.insert(options.begin() + 1, {"--" + task.option, 0, task.argument, task.help});
	return options;
}

} // namespace Bore
