//
// HostPortFuzz.cpp
//
// Any text as HOST[:PORT]: refused with a reason, or the same when it is
// written and read again.
//

#include "Shared/HostPort.h"
#include "testsuite/fuzz/Fuzz.h"

#include <stdexcept>
#include <string>

using namespace Bore;
using namespace Bore::Fuzz;

namespace
{

void checkNumbers(std::string_view text)
{
	const auto port = parsePort(text);
	const auto number = parseNumber(text, 65535);
	require(port.has_value() == number.has_value(), "a port is a number up to 65535");
	if (port)
		require(*port == *number && std::stoul(std::string(text)) == *number, "digits mean their number");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	const auto text = textOf(data, size);
	checkNumbers(text);
	try
	{
		const auto parsed = HostPort::parse(text);
		require(!parsed.host.empty(), "there is no place without a host");
		require(parsed.port != 0, "a port is never 0");
		const auto again = HostPort::parse(formatHostPort(parsed.host, parsed.port.value_or(80)));
		require(again.host == parsed.host && again.port == parsed.port.value_or(80),
			"a place is the same when it is read again");
	}
	catch (const std::invalid_argument& refusal)
	{
		const std::string_view reason(refusal.what());
		require(!reason.empty() && reason.find('\n') == std::string_view::npos, "a refusal is one line");
	}
	return 0;
}
