//
// RoleApplication.cpp
//

#include "Shared/RoleApplication.h"

#include "Shared/CommonSettings.h"
#include "Shared/HelpText.h"
#include "Shared/LoggingErrorHandler.h"
#include "Shared/ProcessSetup.h"
#include "Shared/RoleFailure.h"
#include "Shared/SignalThread.h"
#include "Shared/StopSequence.h"

#include <Poco/ConsoleChannel.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/PatternFormatter.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace Bore
{

namespace
{

void setUpLogging(const std::string& level)
{
	const Poco::AutoPtr<Poco::PatternFormatter> formatter(
		new Poco::PatternFormatter("%Y-%m-%dT%H:%M:%S.%iZ %p %s: %t"));
	const Poco::AutoPtr<Poco::ConsoleChannel> console(new Poco::ConsoleChannel(std::clog));
	const Poco::AutoPtr<Poco::FormattingChannel> channel(new Poco::FormattingChannel(formatter, console));
	Poco::Logger::setChannel("", channel);
	Poco::Logger::root().setLevel(level);
	Poco::Logger::setLevel("", Poco::Logger::root().getLevel());
	LoggingErrorHandler::install();
}

} // namespace

RoleApplication::RoleApplication(const SettingTable& table)
	: _table(table)
{
}

int RoleApplication::start(int argc, char** argv)
{
	return reporting([&] { return begin(argc, argv); });
}

int RoleApplication::begin(int argc, char** argv)
{
	SignalThread::block();
	std::signal(SIGPIPE, SIG_IGN);
	openStandardDescriptors();

	// Both at once, before anything can fail: they blank the secrets.
	const CommandLine line(_table, argc, argv);
	const EnvironmentVariables environment = takeEnvironment(_table);
	const auto& program = _table.program();
	if (line.wantsHelp() || line.wantsVersion())
	{
		std::cout << (line.wantsHelp() ? helpText(_table) : program.name + " " BORE_VERSION "\n")
				  << std::flush;
		return static_cast<int>(ExitCode::Ok);
	}
	if (!line.problem().empty()) return report(ExitCode::Usage, line.problem());
	{
		const Settings settings(_table, line, environment);
		setUpLogging(settings.get(Key::LOG_LEVEL).text);
		_role = createRole(settings);
	}
	// Never the true arguments: POCO would keep them, secrets and all.
	init(ArgVec{argc > 0 ? argv[0] : program.name});
	return run();
}

int RoleApplication::main(const ArgVec&)
{
	// Caught here: POCO's run() would log an exception with its class.
	return reporting([this] { return runRole(); });
}

int RoleApplication::runRole()
{
	if (const auto limit = raiseDescriptorLimit())
	{
		Poco::Logger::get(name()).debug("limit of open descriptors raised from " +
										std::to_string(limit->before) + " to " +
										std::to_string(limit->after));
	}
	StopSequence sequence(*_role, [] { std::_Exit(static_cast<int>(ExitCode::Ok)); });
	const SignalThread signals([&sequence](int signal) { sequence.signalled(signal); });
	_role->run();
	return static_cast<int>(ExitCode::Ok);
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
	std::cerr << _table.program().name + ": " + text + "\n" << std::flush;
	return static_cast<int>(code);
}

} // namespace Bore
