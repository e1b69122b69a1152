//
// PropertiesFileFuzz.cpp
//
// Any bytes as a configuration file: refused with lines, or entries
// with keys that are told apart and lines that exist.
//

#include "Shared/Descriptor.h"
#include "Shared/PropertiesFile.h"
#include "Shared/RoleFailure.h"
#include "testsuite/fuzz/Fuzz.h"

#include <algorithm>
#include <set>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Fuzz;

namespace
{

void checkEntries(const PropertiesFile& file, std::string_view text)
{
	const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
	std::set<std::string> keys;
	std::size_t last = 1;
	for (const auto& entry : file.entries())
	{
		require(keys.insert(entry.key).second, "no key comes twice");
		require(entry.line >= last && entry.line <= lines, "an entry stands on a line of the file");
		last = entry.line;
	}
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	const Descriptor memory = Descriptor::checked(::memfd_create("fuzz", MFD_CLOEXEC), "memfd_create");
	require(::write(memory.get(), data, size) == static_cast<ssize_t>(size), "memory takes the file");
	try
	{
		const PropertiesFile file("/proc/self/fd/" + std::to_string(memory.get()));
		checkEntries(file, textOf(data, size));
	}
	catch (const RoleFailure& refusal)
	{
		const std::string_view reason(refusal.what());
		require(!reason.empty() && reason.back() != '\n' && reason.find("\n\n") == std::string_view::npos,
			"a refusal is lines with something on each");
	}
	return 0;
}
