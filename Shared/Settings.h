//
// Settings.h
//
// The values of a program's keys, and where each came from.
//

#ifndef Bore_Shared_Settings_INCLUDED
#define Bore_Shared_Settings_INCLUDED

#include "Shared/CommandLine.h"
#include "Shared/ConfigFiles.h"
#include "Shared/EnvironmentVariables.h"
#include "Shared/FilePermissions.h"
#include "Shared/Layer.h"
#include "Shared/PropertiesFile.h"
#include "Shared/SettingFaults.h"
#include "Shared/SettingTable.h"
#include "Shared/SettingValue.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace Bore
{

class Settings
/// Puts the layers on top of each other: the defaults, the configuration
/// files, the environment, the command line. Every value of every layer
/// is checked by its Setting, also one that is hidden by a higher layer:
/// a wrong value is reported when it is written, not months later.
/// Rules between keys are the roles' own (ServerSettings, ClientSettings).
///
/// Constant after construction. Holds secrets: it ends when the role, or a
/// reload, has taken its values.
{
public:
	Settings(const SettingTable& table, const CommandLine& line, const EnvironmentVariables& environment);
	/// Reads the files that the command line and the table name (configFiles()).
	/// Throws SettingFailure with all faults of all layers. The table must
	/// outlive it.

	Settings(const SettingTable& table, const CommandLine& line, const EnvironmentVariables& environment,
		SettingFaults& faults);
	/// The same, but the faults are added to others. Values that are wrong are
	/// left out: such settings are good for the checks between keys alone.

	Settings(
		const SettingTable& table, const ConfigFile& file, Permissions permissions, SettingFaults& faults);
	/// A file with a table of its own, such as one of users: without options,
	/// environment and conf.d.

	[[nodiscard]] const SettingTable& table() const noexcept { return _table; }

	[[nodiscard]] const SettingValue* find(const std::string& key) const noexcept;
	/// The value that counts, perhaps the default, or what another key has in
	/// its place; nothing if there is none.
	/// Of a family, the key with a name: "tunnel.web.localPort".

	[[nodiscard]] const SettingValue& get(const std::string& key) const;
	/// For a key that has a value for sure: a default, or a find() before.

	[[nodiscard]] std::uint32_t number(const std::string& key) const;
	[[nodiscard]] std::uint16_t port(const std::string& key) const;
	/// The value of a number whose range makes it a port.

	[[nodiscard]] bool isTrue(const std::string& key) const;
	/// Whether the value of a choice of true and false is true.

	[[nodiscard]] const std::vector<std::string>& names(const std::string& family) const;
	/// The names given in a family, "tunnel", in the order in which they first
	/// appear. Each has the defaults of all keys of the family.

	[[nodiscard]] const std::vector<SettingValue>& arguments() const noexcept { return _arguments; }
	/// The words of a repeated positional, in their order. Empty where there is
	/// one alone that is a value of the key: it is that, like any other.

	[[nodiscard]] const SettingValue* findEither(const std::string& one, const std::string& other) const;
	/// The value that counts of two keys that are two ways of one thing.
	/// Throws SettingFailure where one layer, or one file, gives both.

private:
	using Rank = std::pair<Layer, std::size_t>;  /// layer and file
	using Values = std::map<Rank, SettingValue>; /// of one key

	void readLayers(const CommandLine& line, const EnvironmentVariables& environment, SettingFaults& faults);
	void put(const SettingValue& value, SettingFaults& faults);
	void putDefaults();
	void putArguments(const std::vector<SettingValue>& words, SettingFaults& faults);
	void putBorrowed();
	void readFile(const ConfigFile& source, SettingFaults& faults);
	void readEntry(const PropertiesFile& file, const PropertiesFile::Entry& entry, SettingFaults& faults);
	void noteExposure(const PropertiesFile& file, const std::string& path);
	void refuseExposed(SettingFaults& faults) const;
	void noteName(const Setting& setting, const std::string& key);
	[[nodiscard]] const Values* valuesOf(const std::string& key) const noexcept;

	const SettingTable& _table;
	std::map<std::string, Values> _values;                  /// by key
	std::map<std::string, std::vector<std::string>> _names; /// by family
	std::vector<SettingValue> _arguments;
	std::set<std::string> _known;       /// "family.name" for each of these
	std::vector<SettingFault> _exposed; /// files with secrets that others may read
};

} // namespace Bore

#endif // Bore_Shared_Settings_INCLUDED
