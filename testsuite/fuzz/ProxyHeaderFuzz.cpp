//
// ProxyHeaderFuzz.cpp
//
// Any bytes: a header is found where it ends and not before, whatever comes
// behind it, and what was read is the same after it was written and read again.
//

#include "Shared/ProxyHeader.h"
#include "testsuite/fuzz/Fuzz.h"

#include <algorithm>
#include <string>

using namespace Bore;
using namespace Bore::Fuzz;

namespace
{

using Status = ProxyHeader::Status;

void checkWritten(const ProxyHeader& header, ProxyProtocol version)
{
	const std::string written = header.format(version);
	const auto again = ProxyHeader::parse(written);
	require(again.status == Status::Complete && again.size == written.size(), "what we write is a header");
	require(again.header.addresses.has_value() == header.addresses.has_value(), "none is none");
	// Two IPv4 addresses may have come as IPv6: they are compared as they are written.
	require(again.header.format(version) == written, "a header is the same when it is read again");
}

void checkPrefixes(std::string_view bytes, Status whole, std::size_t size)
{
	// Byte by byte it ends the same, and not earlier; what is malformed stays so.
	bool wasMalformed = false;
	for (std::size_t some = 0; some < std::min<std::size_t>(bytes.size(), 300); ++some)
	{
		const auto status = ProxyHeader::parse(bytes.substr(0, some)).status;
		require(!wasMalformed || status == Status::Malformed, "what is malformed stays so");
		wasMalformed = status == Status::Malformed;
		if (whole == Status::Complete)
			require((status == Status::Complete) == (some >= size), "a header ends where it ends");
	}
	require(!wasMalformed || whole == Status::Malformed, "what is malformed stays so");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	const auto bytes = textOf(data, size);
	const auto parsed = ProxyHeader::parse(bytes);
	checkPrefixes(bytes, parsed.status, parsed.size);
	require((parsed.status == Status::Malformed) == !parsed.fault.empty(), "a fault has a name");
	if (parsed.status != Status::Complete) return 0;
	require(parsed.size > 0 && parsed.size <= std::min(size, ProxyHeader::MAX_BYTES), "its size fits");
	require(ProxyHeader::isBegunBy(bytes), "it is recognized");
	checkWritten(parsed.header, ProxyProtocol::V1);
	checkWritten(parsed.header, ProxyProtocol::V2);
	require(parsed.header.format(ProxyProtocol::V1).size() <= ProxyHeader::MAX_V1_BYTES, "a line is short");
	return 0;
}
