//
// ClientStatus.cpp
//

#include "Client/ClientStatus.h"

#include "Shared/Counted.h"

#include <algorithm>

namespace Bore
{

namespace
{

constexpr std::size_t MOST_ADDRESSES = 5; // in what is to be one line on a terminal

std::string listed(const std::vector<std::string>& addresses)
{
	std::string result;
	for (std::size_t i = 0; i < std::min(addresses.size(), MOST_ADDRESSES); ++i)
		result += (i == 0 ? "" : ", ") + addresses[i];
	if (addresses.size() > MOST_ADDRESSES)
		result += " and " + std::to_string(addresses.size() - MOST_ADDRESSES) + " more";
	return result;
}

} // namespace

std::string ClientStatus::text() const
{
	const bool isOnly = open.size() + opening + lost + givenUp == 1;
	const auto some = [isOnly](std::size_t number) { return isOnly ? "" : counted(number, "tunnel") + " "; };
	std::string result;
	if (!open.empty()) result += "open: " + listed(open) + "; ";
	if (opening > 0) result += some(opening) + "connecting to " + server + "; ";
	if (lost > 0) result += some(lost) + "reconnecting to " + server + "; ";
	if (givenUp > 0) result += some(givenUp) + "given up; ";
	return result + counted(connections, "connection");
}

} // namespace Bore
