//
// SettingTable.h
//
// Every key of one program.
//

#ifndef Bore_Shared_SettingTable_INCLUDED
#define Bore_Shared_SettingTable_INCLUDED

#include "Shared/ExitCode.h"
#include "Shared/Setting.h"

#include <string>
#include <vector>

namespace Bore
{

class SettingTable
/// The one place where a program's keys are defined: the command line,
/// the environment, the file, the help and the checks read it.
/// Constant after construction; lives as long as the process.
{
public:
	struct End
	/// One exit code and what it says about the program.
	{
		ExitCode code;
		std::string meaning;
	};

	struct Task
	/// An option, beside those of every program, that has it do one thing and exit.
	{
		std::string option;   /// "make-certificate"; empty: none
		std::string argument; /// "NAME...": a value, and the words that follow
		std::string help;
	};

	struct Program
	/// What --help says beside the keys.
	{
		std::string name;    /// "bore-server"
		std::string usage;   /// what follows the name
		std::string purpose; /// one line
		std::vector<End> ends;
		std::string configFile = {}; /// read where it exists and no --config is given; empty: none
		Task task = {};
	};

	SettingTable(Program program, std::vector<Setting> settings);

	[[nodiscard]] const Program& program() const noexcept { return _program; }
	[[nodiscard]] const std::vector<Setting>& settings() const noexcept { return _settings; }

	[[nodiscard]] const Setting* find(const std::string& key) const noexcept;
	/// Nothing if there is no such key. A key of a family, "tunnel.web.localPort",
	/// has the family's setting, as has the family's own key.

	[[nodiscard]] const Setting* findOption(const std::string& name) const noexcept;
	/// Not of a family: these have no options. By its whole name, "--min-port": "--min" is none, so that an option
	/// added later never changes what a script means.

	[[nodiscard]] const Setting* findNegated(const std::string& name) const noexcept;
	/// The flag that this makes false: "--no-reconnect".

	[[nodiscard]] const Setting* findShort(char letter) const noexcept;
	[[nodiscard]] const Setting* positional() const noexcept;

	[[nodiscard]] std::vector<std::string> keys() const;

private:
	const Program _program;
	const std::vector<Setting> _settings;
};

} // namespace Bore

#endif // Bore_Shared_SettingTable_INCLUDED
