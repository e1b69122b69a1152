//
// Settings.h
//
// The values of a program's keys, and where each came from.
//

#ifndef Bore_Shared_Settings_INCLUDED
#define Bore_Shared_Settings_INCLUDED

#include "Shared/CommandLine.h"
#include "Shared/EnvironmentVariables.h"
#include "Shared/RoleFailure.h"
#include "Shared/SettingTable.h"

#include <cstdint>
#include <map>
#include <string>

namespace Bore
{

enum class Layer
/// Where a value can come from; a later one wins over an earlier one.
{
	Default,
	File,
	Environment,
	CommandLine
};

struct SettingValue
{
	const Setting* setting;
	Layer layer;
	std::string origin; /// "--min-port", "BORE_MIN_PORT", "bore.properties:3", "default"
	std::string text;

	[[nodiscard]] std::string described() const;
	/// "minPort 80 (bore.properties:3)"; a secret without its value.
};

class Settings
/// Puts the four layers on top of each other. Every value of every layer
/// is checked by its Setting, also one that is hidden by a higher layer:
/// a wrong value is reported when it is written, not months later.
/// Rules between keys are the roles' own (ServerSettings, ClientSettings).
///
/// Constant after construction. Holds secrets: it ends before the role runs.
{
public:
	Settings(const SettingTable& table, const CommandLine& line, const EnvironmentVariables& environment);
	/// Reads the file that the command line names.
	/// Throws RoleFailure: Usage for the command line's faults, Configuration
	/// for those of the environment and the file. The table must outlive it.

	[[nodiscard]] const SettingTable& table() const noexcept { return _table; }

	[[nodiscard]] const SettingValue* find(const std::string& key) const noexcept;
	/// The value that counts, perhaps the default; nothing if there is none.

	[[nodiscard]] const SettingValue& get(const std::string& key) const;
	/// For a key that has a value for sure: a default, or a find() before.

	[[nodiscard]] std::uint32_t number(const std::string& key) const;
	[[nodiscard]] std::uint16_t port(const std::string& key) const;
	/// The value of a number whose range makes it a port.

	[[nodiscard]] const SettingValue* findEither(const std::string& one, const std::string& other) const;
	/// The value that counts of two keys that are two ways of one thing.
	/// Throws RoleFailure where one layer gives both.

	[[noreturn]] static void refuse(Layer layer, const std::string& text);
	/// Throws RoleFailure with the text and the code for the layer at fault.

private:
	void put(SettingValue value);
	void readFile(const std::string& path);
	[[nodiscard]] std::string unknownKey(const std::string& key) const;
	[[nodiscard]] const SettingValue* find(const std::string& key, Layer layer) const noexcept;

	const SettingTable& _table;
	std::map<std::string, std::map<Layer, SettingValue>> _values; /// by key
};

} // namespace Bore

#endif // Bore_Shared_Settings_INCLUDED
