//
// PortRanges.h
//
// Ports as a user lists them.
//

#ifndef Bore_Shared_PortRanges_INCLUDED
#define Bore_Shared_PortRanges_INCLUDED

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace Bore
{

class PortRanges
/// "8000-8100, 9000": a set of ports. Constant after construction. Any thread.
{
public:
	struct Range
	{
		std::uint16_t first;
		std::uint16_t last; /// the range's own last port

		[[nodiscard]] bool operator==(const Range& other) const noexcept
		{
			return first == other.first && last == other.last;
		}
	};

	PortRanges() = default;
	/// Of no ports.

	PortRanges(std::uint16_t first, std::uint16_t last)
		: _ranges{{first, last}}
	{
	}
	/// From the first to the last, which is no lower.

	[[nodiscard]] static PortRanges parse(const std::string& list);
	/// Ports from 1 to 65535 and ranges of them, with commas or blanks between
	/// them. Throws std::invalid_argument with one line for the user about the
	/// first that is wrong, or if there is none.

	[[nodiscard]] bool contains(std::uint16_t port) const noexcept;

	[[nodiscard]] const std::vector<Range>& ranges() const noexcept { return _ranges; }
	/// In rising order, with a gap before each.

	[[nodiscard]] bool empty() const noexcept { return _ranges.empty(); }
	[[nodiscard]] std::size_t size() const noexcept;
	/// Ports.

	[[nodiscard]] std::uint16_t at(std::size_t index) const noexcept;
	/// The port with that index, below size(), in rising order.

	[[nodiscard]] PortRanges within(std::uint16_t first, std::uint16_t last) const;
	/// Those of them from the first to the last.

	[[nodiscard]] bool operator==(const PortRanges& other) const noexcept { return _ranges == other._ranges; }

	[[nodiscard]] std::string toString() const;
	/// "8000-8100, 9000": what parse() reads.

private:
	explicit PortRanges(std::vector<Range> ranges);

	std::vector<Range> _ranges;
};

} // namespace Bore

#endif // Bore_Shared_PortRanges_INCLUDED
