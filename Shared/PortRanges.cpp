//
// PortRanges.cpp
//

#include "Shared/PortRanges.h"

#include "Shared/HostPort.h"
#include "Shared/LogText.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>
#include <stdexcept>

namespace Bore
{

namespace
{

PortRanges::Range parseRange(const std::string& text)
{
	const std::size_t dash = text.find('-');
	const auto first = parsePort(text.substr(0, dash));
	const auto last = dash == std::string::npos ? first : parsePort(text.substr(dash + 1));
	const std::string shown = "\"" + escapeForLog(text) + "\" ";
	if (!first || !last || *first == 0 || *last == 0)
		throw std::invalid_argument(
			shown + "is no port from 1 to 65535 and no range of them: write 9000 or 8000-8100");
	if (*first > *last) throw std::invalid_argument(shown + "runs backwards: write the lower port first");
	return {*first, *last};
}

} // namespace

PortRanges::PortRanges(std::vector<Range> ranges)
{
	std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
	for (const auto& range : ranges)
	{
		if (!_ranges.empty() && range.first <= _ranges.back().last + 1)
			_ranges.back().last = std::max(_ranges.back().last, range.last);
		else
			_ranges.push_back(range);
	}
}

PortRanges PortRanges::parse(const std::string& list)
{
	std::vector<Range> ranges;
	for (const auto& word : Poco::StringTokenizer(list, ", \t\r\n", Poco::StringTokenizer::TOK_IGNORE_EMPTY))
		ranges.push_back(parseRange(word));
	if (ranges.empty())
		throw std::invalid_argument("the list is empty: write ports, such as 9000 or 8000-8100");
	return PortRanges(std::move(ranges));
}

bool PortRanges::contains(std::uint16_t port) const noexcept
{
	const auto above = std::upper_bound(_ranges.begin(), _ranges.end(), port,
		[](std::uint16_t value, const Range& range) { return value < range.first; });
	return above != _ranges.begin() && port <= std::prev(above)->last;
}

std::size_t PortRanges::size() const noexcept
{
	std::size_t count = 0;
	for (const auto& range : _ranges) count += static_cast<std::size_t>(range.last - range.first) + 1;
	return count;
}

std::uint16_t PortRanges::at(std::size_t index) const noexcept
{
	for (const auto& range : _ranges)
	{
		const std::size_t count = static_cast<std::size_t>(range.last - range.first) + 1;
		if (index < count) return static_cast<std::uint16_t>(range.first + index);
		index -= count;
	}
	return 0;
}

PortRanges PortRanges::within(std::uint16_t first, std::uint16_t last) const
{
	PortRanges result;
	for (const auto& range : _ranges)
	{
		const Range part{std::max(range.first, first), std::min(range.last, last)};
		if (part.first <= part.last) result._ranges.push_back(part);
	}
	return result;
}

std::string PortRanges::toString() const
{
	std::string text;
	for (const auto& range : _ranges)
	{
		if (!text.empty()) text += ", ";
		text += std::to_string(range.first);
		if (range.last != range.first) text += "-" + std::to_string(range.last);
	}
	return text;
}

} // namespace Bore
