//
// DelayLine.cpp
//

#include "bench/DelayLine.h"

#include <algorithm>
#include <system_error>

namespace Bore::Bench
{

namespace
{

constexpr std::size_t CAPACITY = std::size_t(8) * 1024 * 1024;
constexpr std::size_t READ_SIZE = std::size_t(64) * 1024;

} // namespace

void DelayLine::take(const Socket& from, TimePoint now, TimePoint notBefore)
{
	const TimePoint due = std::max(now, notBefore) + _delay;
	while (takes())
	{
		Parcel parcel{due, Kind::Bytes, std::vector<char>(READ_SIZE)};
		try
		{
			const auto received = from.tryReceive(parcel.bytes.data(), parcel.bytes.size());
			if (!received) return;
			parcel.bytes.resize(*received);
			if (*received == 0) parcel.kind = Kind::End;
		}
		catch (const std::system_error&)
		{
			parcel.kind = Kind::Reset;
			parcel.bytes.clear();
		}
		_ended = parcel.kind != Kind::Bytes;
		_held += parcel.bytes.size();
		_parcels.push_back(std::move(parcel));
	}
}

void DelayLine::give(const Socket& to, TimePoint now)
{
	_blocked = false;
	while (!_parcels.empty() && _parcels.front().due <= now && !_blocked && !_reset)
	{
		Parcel& parcel = _parcels.front();
		if (parcel.kind == Kind::Bytes) writeBytes(parcel, to);
		if (_blocked || _reset) return;
		if (parcel.kind == Kind::End) to.shutdownSend();
		_delivered = parcel.kind != Kind::Bytes;
		_reset = parcel.kind == Kind::Reset;
		_parcels.pop_front();
	}
}

void DelayLine::writeBytes(Parcel& parcel, const Socket& to)
{
	try
	{
		while (parcel.written < parcel.bytes.size() && !_blocked)
		{
			const auto sent =
				to.trySend(parcel.bytes.data() + parcel.written, parcel.bytes.size() - parcel.written);
			_blocked = !sent;
			parcel.written += sent.value_or(0);
			_held -= sent.value_or(0);
		}
	}
	catch (const std::system_error&)
	{
		_delivered = true;
		_reset = true;
	}
}

bool DelayLine::takes() const noexcept
{
	return !_ended && !_reset && _held < CAPACITY;
}

std::optional<TimePoint> DelayLine::due() const
{
	if (_parcels.empty()) return std::nullopt;
	return _parcels.front().due;
}

} // namespace Bore::Bench
