//
// StopSequence.cpp
//

#include "Shared/StopSequence.h"

#include <Poco/Logger.h>

#include <csignal>
#include <string>
#include <utility>

namespace Bore
{

namespace
{

std::string nameOf(int signal)
{
	switch (signal)
	{
	case SIGINT:
		return "SIGINT";
	case SIGTERM:
		return "SIGTERM";
	case SIGQUIT:
		return "SIGQUIT";
	case SIGHUP:
		return "SIGHUP";
	default:
		return "signal " + std::to_string(signal);
	}
}

} // namespace

StopSequence::StopSequence(Role& role, ForcedEnd forcedEnd)
	: _role(role)
	, _forcedEnd(std::move(forcedEnd))
{
}

void StopSequence::signalled(int signal)
{
	++_count;
	if (_count > 2)
	{
		_forcedEnd();
		return;
	}
	// Asked first, logged afterwards: a log that blocks must not hold up the end.
	if (_count == 1)
		_role.stop();
	else
		_role.stopNow();
	Poco::Logger::get("signals").information(
		nameOf(signal) +
		(_count == 1 ? ": stopping; a second signal ends the grace period" : ": stopping now"));
}

} // namespace Bore
