//
// ServiceNotifier.cpp
//

#include "Shared/ServiceNotifier.h"

#include "Shared/LogText.h"
#include "Shared/Quietly.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds STATUS_INTERVAL{5};       // for somebody who looks at it now and then
constexpr std::chrono::milliseconds RETRY_INTERVAL{200}; // of a socket whose reader was behind
constexpr std::size_t MOST_OWED = 16;                    // more than there are things to say

std::string reloading()
{
	// CLOCK_MONOTONIC to the letter: by it systemd knows which READY=1 answers its signal.
	timespec now = {};
	::clock_gettime(CLOCK_MONOTONIC, &now);
	return "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.tv_sec * 1'000'000 + now.tv_nsec / 1000);
}

} // namespace

ServiceNotifier::ServiceNotifier(const ServiceEnvironment& environment, Role& role, const Clock& clock)
	: _role(role)
	, _clock(clock)
	, _watchdog(environment.watchdog)
	, _nextStatus(clock.now())
	, _nextSign(_nextStatus)
{
	if (environment.notifySocket.empty()) return;
	auto line = std::make_shared<Line>(environment.notifySocket);
	if (line->socket.problem().empty())
		_line = std::move(line);
	else
		Poco::Logger::get("bore.service").warning(line->socket.problem());
}

void ServiceNotifier::ready() noexcept
{
	_isReady = true;
	if (!_line) return;
	std::string message = "READY=1";
	quietly([&] { message += "\n" + status(); });
	tell(message);
}

void ServiceNotifier::stopping() noexcept
{
	_stopping = true;
	tell("STOPPING=1");
}

ServiceNotifier::Reload::Reload(ServiceNotifier& notifier) noexcept
	: _notifier(notifier)
{
	if (_notifier._isReady && !_notifier._stopping) quietly([this] { _notifier.tell(reloading()); });
}

ServiceNotifier::Reload::~Reload()
{
	if (_notifier._isReady && !_notifier._stopping) _notifier.ready();
}

TimePoint ServiceNotifier::turn() noexcept
{
	if (!_line) return TimePoint::max();
	const TimePoint now = _clock.now();
	bool isBehind = false;
	quietly(
		[&]
		{
			{
				const std::lock_guard<std::mutex> lock(_mutex);
				catchUp();
				isBehind = !_owed.empty();
			}
			// The sign comes last: where taking the status is stuck, so is the role.
			if (now >= _nextStatus) tellStatus();
			if (_watchdog && now >= _nextSign) askForSign();
		});
	if (now >= _nextStatus) _nextStatus = now + STATUS_INTERVAL;
	if (now >= _nextSign) _nextSign = now + _watchdog.value_or(STATUS_INTERVAL) / 2;
	const TimePoint next = _watchdog ? std::min(_nextStatus, _nextSign) : _nextStatus;
	return isBehind ? std::min(next, now + RETRY_INTERVAL) : next;
}

void ServiceNotifier::tell(const std::string& message) noexcept
{
	if (!_line) return;
	quietly(
		[&]
		{
			const std::lock_guard<std::mutex> lock(_mutex);
			if (_owed.size() == MOST_OWED) _owed.pop_front();
			_owed.push_back(message);
			catchUp();
		});
}

std::string ServiceNotifier::status()
{
	// One line: a second one would be another message.
	return "STATUS=" + escapeForLog((_stopping ? "stopping: " : "") + _role.status());
}

void ServiceNotifier::tellStatus()
{
	std::string now = status();
	if (now == _status) return;
	_status = std::move(now);
	tell(_status);
}

void ServiceNotifier::askForSign()
{
	if (_line->signIsAwaited.exchange(true)) return;
	bool isOnItsWay = false;
	quietly(
		[&]
		{
			isOnItsWay = _role.proveLife(
				[line = _line]
				{
					// One that does not fit is followed by another well before the time is up.
					static_cast<void>(line->socket.send("WATCHDOG=1"));
					line->signIsAwaited = false;
				});
		});
	if (!isOnItsWay) _line->signIsAwaited = false;
}

void ServiceNotifier::catchUp()
{
	while (!_owed.empty())
	{
		if (_line->socket.send(_owed.front()) == NotifySocket::Outcome::Full) return;
		_owed.pop_front();
	}
}

} // namespace Bore
