//
// RoleApplication.cpp
//

#include "Shared/RoleApplication.h"

#include "Shared/HelpText.h"
#include "Shared/LogSettings.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/ProcessSetup.h"
#include "Shared/Quietly.h"
#include "Shared/ReloadLog.h"
#include "Shared/ReloadThread.h"
#include "Shared/RoleFailure.h"
#include "Shared/ServiceThread.h"
#include "Shared/SignalThread.h"
#include "Shared/StopSequence.h"
#include "Shared/StrangeVariables.h"

#include <Poco/Logger.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <poll.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace Bore
{

namespace
{

constexpr int STDERR_PATIENCE_MILLISECONDS = 1000; // for whoever reads our last words

} // namespace

RoleApplication::RoleApplication(const SettingTable& table)
	: _table(table)
{
}

int RoleApplication::start(int argc, char** argv)
{
	const int code = reporting([&] { return begin(argc, argv); });
	if (_logging) _logging->flush();
	return code;
}

int RoleApplication::begin(int argc, char** argv)
{
	SignalThread::block();
	std::signal(SIGPIPE, SIG_IGN);
	std::signal(SIGXFSZ, SIG_IGN); // a log file at a limit of the system's costs lines only
	openStandardDescriptors();
	shareHeaps();

	// Both at once, before anything can fail: they blank the secrets.
	const CommandLine& line = _line.emplace(_table, argc, argv);
	_environment = takeEnvironment(_table);
	_serviceEnvironment = takeServiceEnvironment();
	const auto& program = _table.program();
	if (line.wantsHelp() || line.wantsVersion())
	{
		std::cout << (line.wantsHelp() ? helpText(_table) : program.name + " " BORE_VERSION "\n")
				  << std::flush;
		return static_cast<int>(ExitCode::Ok);
	}
	{
		SettingFaults faults;
		if (!line.problem().empty())
			faults.addHiding({{Layer::CommandLine}, ExitCode::Usage, line.problem(), {}});
		const Settings settings(_table, line, _environment, faults);
		if (line.wantsCheck() || line.wantsDump()) return tellConfiguration(line, settings, faults);
		if (!line.task().empty())
		{
			faults.throwIfAny();
			perform(settings, line.task());
			return static_cast<int>(ExitCode::Ok);
		}
		throwFaults(settings, faults);
		// Before any thread exists: the log has the first.
		if (const auto code = enterBackground(daemonConfigFrom(settings))) return *code;
		_logging.emplace(logConfigFrom(settings));
		_raisedLimit = raiseDescriptorLimit();
		_role = createRole(settings);
		_effective.emplace(settings, overruled(settings));
	}
	// Never the true arguments: POCO would keep them, secrets and all.
	init(ArgVec{argc > 0 ? argv[0] : program.name});
	return run();
}

void RoleApplication::throwFaults(const Settings& settings, SettingFaults& faults) const
{
	faults.collect([&] { static_cast<void>(logConfigFrom(settings)); });
	faults.collect([&] { static_cast<void>(daemonConfigFrom(settings)); });
	if (!faults.empty()) faults.collect([&] { check(settings, true); });
	faults.throwIfAny();
}

int RoleApplication::tellConfiguration(
	const CommandLine& line, const Settings& settings, SettingFaults& faults) const
{
	for (const auto& text : strangeVariables(_table, environ)) std::cerr << "warning: " << text << std::endl;
	faults.collect([&] { static_cast<void>(logConfigFrom(settings)); });
	faults.collect([&] { static_cast<void>(daemonConfigFrom(settings)); });
	faults.collect([&] { check(settings, false); });
	if (faults.empty())
	{
		std::cout << (line.wantsDump() ? configDump(settings, overruled(settings))
									   : std::string("configuration is correct\n"))
				  << std::flush;
		return static_cast<int>(ExitCode::Ok);
	}
	// Without the program's name: editors and scripts look for the file first.
	const SettingFailure failure = faults.failure();
	std::cerr << failure.what() << std::endl;
	return static_cast<int>(failure.code());
}

void RoleApplication::perform(const Settings&, const std::vector<std::string>&) {}

void RoleApplication::check(const Settings&, bool) const {}

std::vector<std::string> RoleApplication::apply(const Settings&)
{
	return {};
}

Overruled RoleApplication::overruled(const Settings&) const
{
	return {};
}

int RoleApplication::main(const ArgVec&)
{
	for (const auto& text : strangeVariables(_table, environ)) Poco::Logger::get(name()).warning(text);
	// Caught here: POCO's run() would log an exception with its class.
	return reporting([this] { return runRole(); });
}

std::optional<int> RoleApplication::enterBackground(const DaemonConfig& config)
{
	if (config.umask) ::umask(*config.umask);
	if (config.isDaemon)
	{
		// Who started us by a service manager has another process to look after now.
		_serviceEnvironment = {};
		_daemon.emplace();
		if (const auto code = _daemon->detach()) return code;
	}
	if (!config.pidFile.empty()) _pidFile.emplace(config.pidFile);
	return std::nullopt;
}

int RoleApplication::runRole()
{
	_service.emplace(_serviceEnvironment, *_role);
	_role->whenReady(
		[this]
		{
			_service->ready();
			if (_daemon) _daemon->started();
		});
	_role->whenStopping([this] { _service->stopping(); });
	StopSequence sequence(*_role, [this] { forceEnd(); });
	ReloadThread reloads([this] { reload(); });
	const SignalThread signals([&](const siginfo_t& signal) { handle(signal, sequence, reloads); });
	const ServiceThread service(*_service);
	_role->run();
	return static_cast<int>(ExitCode::Ok);
}

void RoleApplication::handle(const siginfo_t& signal, StopSequence& sequence, ReloadThread& reloads) noexcept
{
	const bool wantsReload = signal.si_signo == SIGHUP && !_hangUp.isEndOfTerminal(signal);
	if (signal.si_signo == SIGUSR1)
		Logging::reopenFiles();
	else if (!wantsReload)
		sequence.signalled(signal.si_signo);
	else if (sequence.hasBegun())
		ReloadLog::dropped();
	else
		ReloadLog::explaining([&] { reloads.request(); });
}

// Where a reload begins and ends, whatever comes of it.
void RoleApplication::reload() noexcept
{
	const ServiceNotifier::Reload told(*_service);
	ReloadLog::explaining([this] { ReloadLog::applied(reloadSettings()); });
}

ConfigChanges RoleApplication::reloadSettings()
{
	SettingFaults faults;
	const Settings settings(_table, *_line, _environment, faults);
	throwFaults(settings, faults);
	const auto other = apply(settings);
	Logging::setLevels(logConfigFrom(settings));
	const EffectiveConfig now(settings, overruled(settings));
	ConfigChanges changes = _effective->changesTo(now);
	changes.add(other);
	_effective->adopt(now);
	return changes;
}

void RoleApplication::forceEnd() const
{
	if (_pidFile) _pidFile->remove();
	std::_Exit(static_cast<int>(ExitCode::Ok));
}

void RoleApplication::logDescriptorLimit() const
{
	if (!_raisedLimit) return;
	Poco::Logger::get(name()).information("limit of open descriptors raised from " +
										  std::to_string(_raisedLimit->before) + " to " +
										  std::to_string(_raisedLimit->after));
}

const char* RoleApplication::name() const
{
	return _table.program().name.c_str();
}

int RoleApplication::reporting(const std::function<int()>& work) const
{
	try
	{
		return work();
	}
	catch (const RoleFailure& e)
	{
		return report(e.code(), e.what());
	}
	catch (const std::exception& e)
	{
		return report(ExitCode::Internal, "internal error: " + plainText(e));
	}
	catch (...)
	{
		return report(ExitCode::Internal, "internal error");
	}
}

int RoleApplication::report(ExitCode code, const std::string& text) const
{
	// In the background the log is all there is.
	if (_daemon && _daemon->hasStarted()) quietly([&] { Poco::Logger::get(name()).fatal(text); });
	if (_logging) _logging->flush(); // it comes last
	pollfd readers{STDERR_FILENO, POLLOUT, 0};
	if (::poll(&readers, 1, STDERR_PATIENCE_MILLISECONDS) == 0) return static_cast<int>(code);
	std::istringstream lines(text);
	std::string all;
	for (std::string line; std::getline(lines, line);) all += _table.program().name + ": " + line + "\n";
	std::cerr << all << std::flush;
	return static_cast<int>(code);
}

} // namespace Bore
