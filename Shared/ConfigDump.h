//
// ConfigDump.h
//
// What --dump-config prints.
//

#ifndef Bore_Shared_ConfigDump_INCLUDED
#define Bore_Shared_ConfigDump_INCLUDED

#include "Shared/Settings.h"

#include <map>
#include <optional>
#include <string>

namespace Bore
{

using Overruled = std::map<std::string, std::optional<std::string>>;
/// Values, by key, that do not count as they stand because of another
/// key's: the text to show in its place, or nothing where it counts not at all.
/// A key of a family that no layer has is added: it stands for a word of the
/// command line that is no key's value.

[[nodiscard]] std::string configDump(const Settings& settings, const Overruled& overruled = {});
/// Every key of the table in its order, each under a comment that names
/// where its value comes from: a properties file that gives a program the
/// same configuration. Commented out are keys without a value, the
/// overruled, secrets (masked), and a value that no properties file can hold. Of a
/// family the keys of each name stand together.

[[nodiscard]] Overruled overruledOf(
	const Settings& settings, const std::string& one, const std::string& other);
/// Of two keys that are two ways of one thing, the one that does not count.

} // namespace Bore

#endif // Bore_Shared_ConfigDump_INCLUDED
