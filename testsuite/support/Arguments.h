//
// Arguments.h
//
// A command line that a test makes up, and what comes of it.
//

#ifndef Bore_Test_Arguments_INCLUDED
#define Bore_Test_Arguments_INCLUDED

#include "Shared/EnvironmentVariables.h"
#include "Shared/Settings.h"

#include <functional>
#include <string>
#include <vector>

namespace Bore::Test
{

class Arguments
/// An argv as main() gets it: writable, the program's name first.
{
public:
	explicit Arguments(const std::vector<std::string>& arguments);
	Arguments(const Arguments&) = delete;
	Arguments& operator=(const Arguments&) = delete;

	[[nodiscard]] int count() const;
	[[nodiscard]] char** values();

	[[nodiscard]] std::string bytes() const;
	/// What /proc/PID/cmdline would show: every byte, also after a NUL.

private:
	std::vector<std::string> _storage;
	std::vector<char*> _values;
};

[[nodiscard]] Settings load(const SettingTable& table, const std::vector<std::string>& arguments,
	const EnvironmentVariables& environment = {});
/// The settings of a program started like this.

struct Refusal
/// How a RoleFailure ended something; code Ok and no text if none did.
{
	ExitCode code;
	std::string text;
};

[[nodiscard]] Refusal refusalOf(const std::function<void()>& work);

} // namespace Bore::Test

#endif // Bore_Test_Arguments_INCLUDED
