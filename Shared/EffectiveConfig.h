//
// EffectiveConfig.h
//
// What a program goes by, and how that differs from what it is told now.
//

#ifndef Bore_Shared_EffectiveConfig_INCLUDED
#define Bore_Shared_EffectiveConfig_INCLUDED

#include "Shared/ConfigDump.h"
#include "Shared/Settings.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace Bore
{

struct ConfigChanges
/// Keys that have another value now, in the order of the table. A name of a
/// family that came or went is one, "tunnel.web.*".
{
	std::vector<std::string> reloaded;  /// those that a reload applies
	std::vector<std::string> atRestart; /// those that it cannot

	void add(const std::vector<std::string>& keys);
	/// Others that a reload has applied. The secret is no change beside that of its file.
};

class EffectiveConfig
/// The values that count, by key, as --dump-config shows them, but without
/// the secrets: their owners compare those themselves. Of a key that needs a
/// restart it remembers the value of the start, whatever is read later. For
/// one thread.
{
public:
	EffectiveConfig(const Settings& settings, const Overruled& overruled);
	/// Of settings without a fault.

	[[nodiscard]] ConfigChanges changesTo(const EffectiveConfig& now) const;
	/// Both of one table.

	void adopt(const EffectiveConfig& now);
	/// A reload has applied it.

private:
	using Key = std::pair<std::size_t, std::string>; // where the table has its setting, and the key
	using Values = std::map<Key, std::string>;       // of those that have one

	[[nodiscard]] bool hasName(const std::string& name) const { return _names.count(name) > 0; }

	const SettingTable& _table;
	Values _values;
	std::set<std::string> _names; // of families: "tunnel.web"
};

} // namespace Bore

#endif // Bore_Shared_EffectiveConfig_INCLUDED
