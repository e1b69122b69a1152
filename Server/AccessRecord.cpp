//
// AccessRecord.cpp
//

#include "Server/AccessRecord.h"

#include "Server/AccessLog.h"
#include "Shared/JsonFormatter.h"
#include "Shared/LogText.h"
#include "Shared/Quietly.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Dynamic/Var.h>
#include <Poco/Format.h>
#include <Poco/JSON/Object.h>
#include <Poco/String.h>

#include <cmath>
#include <utility>

namespace Bore
{

namespace
{

using Ending = AccessRecord::Ending;

std::string nameOf(Ending ending)
{
	switch (ending)
	{
	case Ending::Closed:
		return "closed";
	case Ending::Reset:
		return "reset";
	case Ending::TimedOut:
		return "timed-out";
	case Ending::Aborted:
		return "aborted";
	case Ending::Failed:
		return "failed";
	case Ending::Unclaimed:
		return "unclaimed";
	case Ending::Withdrawn:
		return "withdrawn";
	case Ending::Refused:
		return "refused";
	}
	return "";
}

Ending endingOf(const RelayReport& report) noexcept
{
	switch (report.ending)
	{
	case RelayReport::Ending::Closed:
		return Ending::Closed;
	case RelayReport::Ending::Reset:
		return Ending::Reset;
	case RelayReport::Ending::TimedOut:
		return Ending::TimedOut;
	case RelayReport::Ending::Aborted:
		return Ending::Aborted;
	case RelayReport::Ending::Failed:
		break;
	}
	return Ending::Failed;
}

std::string oneWord(const std::string& text)
{
	return text.empty() ? "-" : Poco::replace(escapeForLog(text), std::string(" "), std::string("\\x20"));
}

std::string timeText(const Poco::Timestamp& time)
{
	return Poco::DateTimeFormatter::format(time, "%Y-%m-%dT%H:%M:%S.%iZ");
}

} // namespace

AccessRecord::AccessRecord(
	AccessLog& log, const Clock& clock, std::string user, std::uint16_t port, std::string visitor)
	: _log(log)
	, _clock(clock)
	, _begun(clock.now())
	, _user(std::move(user))
	, _port(port)
	, _visitor(std::move(visitor))
{
}

AccessRecord::~AccessRecord()
{
	write(Ending::Aborted, 0, 0);
}

void AccessRecord::end(const std::shared_ptr<AccessRecord>& record, Ending ending) noexcept
{
	if (record) record->write(ending, 0, 0);
}

void AccessRecord::end(const std::shared_ptr<AccessRecord>& record, const RelayReport& report) noexcept
{
	if (record) record->write(endingOf(report), report.firstToSecond, report.secondToFirst);
}

void AccessRecord::write(Ending ending, std::uint64_t received, std::uint64_t sent) noexcept
{
	if (std::exchange(_written, true)) return;
	quietly(
		[&]
		{
			const bool isJson = _log.format() == AccessLog::Format::Json;
			_log.write(isJson ? json(ending, received, sent) : text(ending, received, sent));
		});
}

std::string AccessRecord::text(Ending ending, std::uint64_t received, std::uint64_t sent) const
{
	return Poco::format("time=%s user=%s port=%hu visitor=%s", timeText(_time), oneWord(_user), _port,
			   oneWord(_visitor)) +
		   Poco::format(
			   " received=%Lu sent=%Lu duration=%.3f end=%s", received, sent, seconds(), nameOf(ending));
}

std::string AccessRecord::json(Ending ending, std::uint64_t received, std::uint64_t sent) const
{
	Poco::JSON::Object line(Poco::JSON_PRESERVE_KEY_ORDER);
	line.set("time", timeText(_time));
	line.set("user", _user.empty() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(validUtf8(_user)));
	line.set("port", _port);
	line.set("visitor", validUtf8(_visitor));
	line.set("received", received);
	line.set("sent", sent);
	line.set("duration", seconds());
	line.set("end", nameOf(ending));
	return jsonLine(line);
}

double AccessRecord::seconds() const
{
	const double exact = std::chrono::duration<double>(_clock.now() - _begun).count();
	return std::round(exact * 1000) / 1000;
}

} // namespace Bore
