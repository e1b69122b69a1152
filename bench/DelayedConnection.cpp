//
// DelayedConnection.cpp
//

#include "bench/DelayedConnection.h"

#include <algorithm>
#include <iostream>
#include <system_error>

namespace Bore::Bench
{

namespace
{

constexpr Duration DIAL_TIMEOUT = std::chrono::seconds(5);

std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b)
{
	if (!a || !b) return a ? a : b;
	return std::min(*a, *b);
}

} // namespace

DelayedConnection::DelayedConnection(
	Socket dialling, const Poco::Net::SocketAddress& to, Duration delay, TimePoint connectedAt)
	: _dialling(std::move(dialling))
	, _to(to)
	, _connectedAt(connectedAt + 2 * delay)
	, _acceptedAt(connectedAt + 3 * delay)
	, _there(delay)
	, _back(delay)
{
}

void DelayedConnection::step(TimePoint now)
{
	_there.take(_dialling, now, _connectedAt);
	if (!_dialled && now >= _acceptedAt) dialOn();
	if (!_dialled || _aborted) return;
	_back.take(_dialled, now, now);
	_there.give(_dialled, now);
	_back.give(_dialling, now);
	if (_there.reset() || _back.reset()) abort();
}

void DelayedConnection::dialOn()
{
	try
	{
		_dialled = Socket::connectTo(_to, DIAL_TIMEOUT);
	}
	catch (const std::system_error& exception)
	{
		std::cerr << "bore-bench delay: " << _to.toString() << ": " << exception.what() << std::endl;
		abort();
	}
}

void DelayedConnection::abort()
{
	_aborted = true;
	_dialling.abortOnClose();
	if (_dialled) _dialled.abortOnClose();
}

std::pair<pollfd, pollfd> DelayedConnection::interest() const
{
	const auto events = [](bool in, bool out)
	{ return static_cast<short>((in ? POLLIN : 0) | (out ? POLLOUT : 0)); };
	// poll(2) reports a hang-up unasked, and passes by what is negative.
	const auto want = [](const Socket& socket, short wanted) {
		return pollfd{wanted != 0 ? socket.fd() : -1, wanted, 0};
	};
	return {want(_dialling, events(_there.takes(), _back.blocked())),
		want(_dialled, events(_dialled && _back.takes(), _there.blocked()))};
}

std::optional<TimePoint> DelayedConnection::due() const
{
	if (!_dialled) return _acceptedAt;
	return earlier(
		_there.blocked() ? std::nullopt : _there.due(), _back.blocked() ? std::nullopt : _back.due());
}

bool DelayedConnection::finished() const noexcept
{
	return _aborted || (_there.delivered() && _back.delivered());
}

} // namespace Bore::Bench
