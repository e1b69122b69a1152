//
// RoleApplication.h
//
// What the two programs' mains share.
//

#ifndef Bore_Shared_RoleApplication_INCLUDED
#define Bore_Shared_RoleApplication_INCLUDED

#include "Shared/CommandLine.h"
#include "Shared/ConfigDump.h"
#include "Shared/Daemon.h"
#include "Shared/DaemonSettings.h"
#include "Shared/EffectiveConfig.h"
#include "Shared/EnvironmentVariables.h"
#include "Shared/HangUp.h"
#include "Shared/Logging.h"
#include "Shared/PidFile.h"
#include "Shared/ProcessSetup.h"
#include "Shared/Role.h"
#include "Shared/ServiceEnvironment.h"
#include "Shared/ServiceNotifier.h"
#include "Shared/SettingTable.h"
#include "Shared/Settings.h"

#include <Poco/AutoPtr.h>
#include <Poco/Util/Application.h>

#include <csignal>
#include <functional>
#include <ios>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

class ReloadThread;
class StopSequence;

class RoleApplication : public Poco::Util::Application
/// Takes a program from its command line to its exit code: --help,
/// --version, settings, logging, signals, reloads, and one line
/// for a user where something is wrong. The role itself comes from a
/// derived class. One per process (POCO's rule), used by main's thread, but
/// for what signals ask for.
{
public:
	explicit RoleApplication(const SettingTable& table);
	/// The table must outlive the application.

	int start(int argc, char** argv);
	/// All of the program; the exit code. Throws nothing. To be called
	/// once, before any thread exists: it blocks the stop signals for all.

protected:
	using ExitCode = Bore::ExitCode; /// not POCO's, which it would otherwise inherit

	[[nodiscard]] virtual std::unique_ptr<Role> createRole(const Settings& settings) = 0;
	/// Called once. Throws RoleFailure if the settings do not fit together.

	virtual void check(const Settings& settings, bool forStart) const;
	/// Throws SettingFailure with all faults between keys. The settings may
	/// lack values that are wrong. For a start everything that it needs must
	/// be there; a configuration alone may leave some of it to the command line.
	/// Without rules between keys there is nothing to override.

	[[nodiscard]] virtual std::vector<std::string> apply(const Settings& settings);
	/// A reload: has the running role go by other settings, as far as their
	/// keys do not need a restart (Setting::requiresRestart()). Throws
	/// SettingFailure where they do not fit together, before anything has
	/// changed. Returns keys whose text may be as before and whose meaning is
	/// not: the secret's, and those that name a file with another content.
	/// Called by one thread at a time, beside main's. Where nothing can be
	/// reloaded there is nothing to override.

	[[nodiscard]] virtual Overruled overruled(const Settings& settings) const;
	/// For --dump-config, of settings without a fault.

	virtual void perform(const Settings& settings, const std::vector<std::string>& words);
	/// Does the program's task (SettingTable::Task), where it has one, and
	/// tells the user on standard output. Throws RoleFailure. Values of the settings are
	/// good one by one, and not checked together.

	void logDescriptorLimit() const;
	/// Says that the limit was raised, where it was. To be called once the
	/// role is open: a start that fails prints its reason and nothing else. Any thread.

	int main(const std::vector<std::string>& args) override;
	[[nodiscard]] const char* name() const override;

private:
	[[nodiscard]] int begin(int argc, char** argv);
	void throwFaults(const Settings& settings, SettingFaults& faults) const;
	[[nodiscard]] int tellConfiguration(
		const CommandLine& line, const Settings& settings, SettingFaults& faults) const;
	[[nodiscard]] std::optional<int> enterBackground(const DaemonConfig& config);
	[[nodiscard]] int runRole();
	void handle(const siginfo_t& signal, StopSequence& sequence, ReloadThread& reloads) noexcept;
	void reload() noexcept;
	[[nodiscard]] ConfigChanges reloadSettings();
	void forceEnd() const;
	[[nodiscard]] int reporting(const std::function<int()>& work) const;
	int report(ExitCode code, const std::string& text) const;

	const SettingTable& _table;
	const HangUp _hangUp;
	std::optional<CommandLine> _line; // for reloads, with what was blanked in argv
	EnvironmentVariables _environment;
	std::optional<EffectiveConfig> _effective; // used by reloads alone, once the role runs
	std::optional<DescriptorLimit> _raisedLimit;
	std::optional<Daemon> _daemon;
	std::optional<PidFile> _pidFile;
	ServiceEnvironment _serviceEnvironment;
	std::optional<Logging> _logging;         // before the role, which logs to its end
	std::optional<ServiceNotifier> _service; // likewise
	std::unique_ptr<Role> _role;
};

template <class Application>
int launch(int argc, char** argv)
/// The whole main() of a program.
{
	std::ios::sync_with_stdio(false); // or every line of the log is two writes
	// POCO counts references to an application, and hides its destructor.
	return Poco::AutoPtr<Application>(new Application)->start(argc, argv);
}

} // namespace Bore

#endif // Bore_Shared_RoleApplication_INCLUDED
