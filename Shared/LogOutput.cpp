//
// LogOutput.cpp
//

#include "Shared/LogOutput.h"

#include "Shared/DescriptorChannel.h"
#include "Shared/JournalStream.h"
#include "Shared/JsonFormatter.h"
#include "Shared/LogFileChannel.h"
#include "Shared/LogText.h"
#include "Shared/RoleFailure.h"
#include "Shared/TextFormatter.h"

#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/SyslogChannel.h>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace Bore
{

namespace
{

using Target = LogOutputConfig::Target;

Poco::AutoPtr<Poco::Channel> openFile(const LogFileConfig& config)
{
	Poco::AutoPtr<Poco::Channel> file(new LogFileChannel(config));
	try
	{
		file->open();
	}
	catch (const std::system_error& error)
	{
		throw RoleFailure(ExitCode::Configuration, "cannot write to " + escapeForLog(config.path) + ": " +
													   error.code().message() + ": check the path given as " +
													   config.key);
	}
	return file;
}

Poco::AutoPtr<Poco::Channel> openTarget(const LogOutputConfig& config)
{
	switch (config.target)
	{
	case Target::File:
		return openFile(config.file);
	case Target::Syslog:
		return new Poco::SyslogChannel(
			::program_invocation_short_name, Poco::SyslogChannel::SYSLOG_PID, config.facility);
	case Target::Stderr:
	case Target::Off:
		break;
	}
	return new DescriptorChannel(STDERR_FILENO);
}

bool goesToJournal(const LogOutputConfig& config)
{
	return config.target == Target::Stderr && isJournalStream(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
}

Poco::AutoPtr<Poco::Formatter> formatterFor(const LogOutputConfig& config)
{
	const bool journal = goesToJournal(config);
	if (config.format == LogOutputConfig::Format::Json) return new JsonFormatter(journal);
	const bool stamped = journal || config.target == Target::Syslog;
	return new TextFormatter({journal, !stamped, true});
}

Poco::AutoPtr<QueueChannel> open(const LogOutputConfig& config,
	const Poco::AutoPtr<Poco::Formatter>& formatter, const QueueChannel::Report& report)
{
	const Poco::AutoPtr<Poco::Channel> lines(new Poco::FormattingChannel(formatter, openTarget(config)));
	return new QueueChannel(lines, report);
}

} // namespace

Poco::AutoPtr<QueueChannel> openLog(const LogOutputConfig& config)
{
	return open(config, formatterFor(config), QueueChannel::reportToTarget);
}

Poco::AutoPtr<QueueChannel> openLines(const LogOutputConfig& config)
{
	const Poco::AutoPtr<Poco::Formatter> formatter(new TextFormatter({goesToJournal(config), false, false}));
	return open(config, formatter,
		[key = config.file.key](Poco::Channel&, const std::string& text)
		{ Poco::Logger::get("bore.log").warning(key.substr(0, key.find('.')) + ".target: " + text); });
}

} // namespace Bore
