//
// CommandLine.h
//
// What was given on the command line.
//

#ifndef Bore_Shared_CommandLine_INCLUDED
#define Bore_Shared_CommandLine_INCLUDED

#include "Shared/SettingTable.h"

#include <Poco/Util/OptionProcessor.h>
#include <Poco/Util/OptionSet.h>
#include <cstddef>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

class CommandLine
/// Reads a command line by a SettingTable, with POCO's OptionProcessor,
/// which by itself takes any beginning of a name for the name, "-se" for
/// --secret without a value, and "-s:x" for the secret "x". So names are
/// looked up whole first, and a value that stands in one argument with its
/// short option is handed on as an argument of its own.
///
/// Understood: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, "--" before
/// arguments that start with '-', and --config, --check-config,
/// --dump-config, --help and --version in every table; for a flag --name, --name=VALUE and --no-name. A value is
/// taken as it is, also if it starts with '-'. An option given twice is a
/// problem, not a guess; of arguments without one there may be many where the
/// table's positional is repeated.
///
/// Constant after construction.
{
public:
	struct Given
	{
		const Setting* setting;
		std::string name; /// as it was typed: "-p", "--port", "LOCAL_PORT"
		std::string value;
	};

	CommandLine(const SettingTable& table, int argc, char** argv);
	/// Reads all of it, also past a problem. Values of secrets are blanked in
	/// argv itself, so that the process list shows them no longer.
	/// The table must outlive the command line.

	[[nodiscard]] bool wantsHelp() const noexcept { return _help; }
	[[nodiscard]] bool wantsVersion() const noexcept { return _version; }
	[[nodiscard]] bool wantsCheck() const noexcept { return _check; }
	[[nodiscard]] bool wantsDump() const noexcept { return _dump; }
	[[nodiscard]] const std::vector<std::string>& task() const noexcept { return _task; }
	/// What the program's task is to be done with; empty: it is not asked for.

	[[nodiscard]] const std::optional<std::string>& configFile() const noexcept { return _config; }
	[[nodiscard]] const std::vector<Given>& given() const noexcept { return _given; }

	[[nodiscard]] const std::string& problem() const noexcept { return _problem; }
	/// The first thing wrong, in one line for the user; empty if nothing is.
	/// Contains no value: what stands in the wrong place may be a secret.

private:
	void read(const std::string& argument);
	void readOption(const std::string& argument);
	void process(const std::string& argument);
	void take(const std::string& option, const std::string& value);
	void takeConfig(const std::string& value);
	void keep(const Setting& setting, const std::string& name, const std::string& value);
	void blank(std::size_t size) noexcept;
	[[nodiscard]] bool isKnown(const std::string& option) const;
	void refuseUnknown(const std::string& name);
	void complain(const std::string& text);

	const SettingTable& _table;
	const int _argc;
	char** const _argv;
	const Poco::Util::OptionSet _options;
	Poco::Util::OptionProcessor _processor; /// refers to _options
	int _at = 0;                            /// the argument at hand
	std::string _typed;                     /// the option at hand: "-p", "--port"
	bool _awaitingValue = false;
	bool _optionsEnded = false;
	bool _help = false;
	bool _version = false;
	bool _check = false;
	bool _dump = false;
	std::optional<std::string> _config;
	std::vector<Given> _given;
	std::vector<std::string> _task;
	std::string _problem;
};

} // namespace Bore

#endif // Bore_Shared_CommandLine_INCLUDED
