//
// DelayLine.h
//
// One direction of a long path.
//

#ifndef Bore_Bench_DelayLine_INCLUDED
#define Bore_Bench_DelayLine_INCLUDED

#include "Shared/Clock.h"
#include "bench/Socket.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace Bore::Bench
{

class DelayLine
/// Holds what was read from one socket until it is time to write it to
/// another: bytes, the end of the stream, a reset, all in the order in
/// which they came. At most 8 MiB are on the way at a time; then it does
/// not read, as a path does whose window is full. For one thread.
{
public:
	explicit DelayLine(Duration delay) noexcept
		: _delay(delay)
	{
	}

	void take(const Socket& from, TimePoint now, TimePoint notBefore);
	/// Reads what is there, without waiting. It set out now, or at
	/// `notBefore` if that is later.

	void give(const Socket& to, TimePoint now);
	/// Writes what has arrived by now, as far as there is room.

	[[nodiscard]] bool takes() const noexcept;
	/// Whether it would read.

	[[nodiscard]] bool blocked() const noexcept { return _blocked; }
	/// Whether something has arrived that found no room.

	[[nodiscard]] std::optional<TimePoint> due() const;
	/// When the next thing arrives.

	[[nodiscard]] bool delivered() const noexcept { return _delivered; }
	/// Whether the end, or the reset, has arrived.

	[[nodiscard]] bool reset() const noexcept { return _reset; }
	/// Whether that was a reset: both sockets are to be reset.

private:
	enum class Kind
	{
		Bytes,
		End,
		Reset
	};

	struct Parcel
	{
		TimePoint due;
		Kind kind;
		std::vector<char> bytes;
		std::size_t written = 0;
	};

	void writeBytes(Parcel& parcel, const Socket& to);

	Duration _delay;
	std::deque<Parcel> _parcels;
	std::size_t _held = 0;
	bool _ended = false;
	bool _blocked = false;
	bool _delivered = false;
	bool _reset = false;
};

} // namespace Bore::Bench

#endif // Bore_Bench_DelayLine_INCLUDED
