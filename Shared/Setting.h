//
// Setting.h
//
// One key of a program's configuration.
//

#ifndef Bore_Shared_Setting_INCLUDED
#define Bore_Shared_Setting_INCLUDED

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

class Setting
/// One key, defined once: its option, its environment variable, its help
/// and the check of its values all come from here.
///
/// One rule names all three: where a key has a dot or a hump, its option
/// has '-' and its variable '_'. control.port: --control-port, BORE_CONTROL_PORT.
///
/// Built once for a SettingTable, by one of the kinds below and the words
/// after them; constant from then on.
{
public:
	enum class Kind
	{
		Number,   /// digits only, in a range
		Host,     /// a name or an address, without a port
		Address,  /// an IP address, IPv6 with or without brackets
		HostPort, /// HOST[:PORT]
		Choice,   /// one of several words
		Path,     /// of a file
		Secret    /// any text but the empty one; never shown
	};

	[[nodiscard]] static Setting number(const std::string& key, std::uint32_t min, std::uint32_t max);
	[[nodiscard]] static Setting choice(const std::string& key, const std::vector<std::string>& choices);
	[[nodiscard]] static Setting of(Kind kind, const std::string& key);
	/// The kinds that need no more than a key.

	[[nodiscard]] Setting explained(const std::string& help) &&;
	/// One line for --help.

	[[nodiscard]] Setting taking(const std::string& argument) &&;
	/// What help calls the value: "N", "HOST[:PORT]".

	[[nodiscard]] Setting in(const std::string& unit) &&;
	/// The unit of a number: "seconds".

	[[nodiscard]] Setting orElse(const std::string& defaultValue) &&;
	[[nodiscard]] Setting shortened(char letter) &&;

	[[nodiscard]] Setting calledOption(const std::string& name) &&;
	/// An option that does not follow the rule: "--to".

	[[nodiscard]] Setting positional() &&;
	/// Given by its place and not as an option.

	[[nodiscard]] const std::string& key() const noexcept { return _key; }
	[[nodiscard]] Kind kind() const noexcept { return _kind; }
	[[nodiscard]] const std::string& help() const noexcept { return _help; }
	[[nodiscard]] const std::string& argument() const noexcept { return _argument; }
	[[nodiscard]] const std::optional<std::string>& defaultValue() const noexcept { return _default; }
	[[nodiscard]] char shortOption() const noexcept { return _short; }
	[[nodiscard]] bool isPositional() const noexcept { return _positional; }
	[[nodiscard]] bool isSecret() const noexcept { return _kind == Kind::Secret; }

	[[nodiscard]] const std::string& optionName() const noexcept { return _option; }
	/// "--min-port"; for a positional its argument's name.

	[[nodiscard]] std::string environmentName() const;
	/// "BORE_MIN_PORT".

	[[nodiscard]] std::string refusal(const std::string& name, const std::string& value) const;
	/// What is wrong with the value given under a name, as one line for the user:
	/// --min-port "0x50": expected a whole number from 1 to 65535. Empty for a
	/// good one. Never contains the value of a secret.

private:
	Setting(Kind kind, const std::string& key);

	[[nodiscard]] bool accepts(const std::string& value) const;
	[[nodiscard]] std::string expected() const;

	std::string _key;
	Kind _kind;
	std::string _option;
	std::string _argument;
	std::string _help;
	std::string _unit;
	std::optional<std::string> _default;
	std::vector<std::string> _choices;
	std::uint32_t _min = 0;
	std::uint32_t _max = 0;
	char _short = 0;
	bool _positional = false;
};

[[nodiscard]] std::string withoutBrackets(const std::string& host);
/// "[::1]" as "::1"; anything else as it is.

} // namespace Bore

#endif // Bore_Shared_Setting_INCLUDED
