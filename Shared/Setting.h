//
// Setting.h
//
// One key of a program's configuration.
//

#ifndef Bore_Shared_Setting_INCLUDED
#define Bore_Shared_Setting_INCLUDED

#include "Shared/KeyPattern.h"

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
/// A key with a part that the user names, tunnel.<name>.localPort, is a
/// family of keys. These are given in files alone: of BORE_TUNNEL_A_B_PORT
/// nobody could tell whether the name is "a", "a_b" or "A".
///
/// Built once for a SettingTable, by one of the kinds below and the words
/// after them; constant from then on.
{
public:
	enum class Kind
	{
		Number,     /// digits only, in a range
		Host,       /// a name or an address, without a port
		Address,    /// an IP address, IPv6 with or without brackets
		HostPort,   /// HOST[:PORT]
		Choice,     /// one of several words
		Networks,   /// NetworkSet::parse()
		PortRanges, /// PortRanges::parse()
		Time,       /// parseTime()
		Path,       /// of a file
		Checked,    /// any text that a check of its own lets pass
		Secret      /// any text but the empty one; never shown
	};

	[[nodiscard]] static Setting number(const std::string& key, std::uint32_t min, std::uint32_t max);
	[[nodiscard]] static Setting choice(const std::string& key, const std::vector<std::string>& choices);
	[[nodiscard]] static Setting flag(const std::string& key);
	/// A choice of true and false. The option alone is true, --no- before its
	/// name makes it false, and --name=true and --name=false are understood, too.

	using Check = void (*)(const std::string& text);
	/// Throws std::invalid_argument with one line for the user about what is
	/// wrong, and how to mend it.

	[[nodiscard]] static Setting checked(const std::string& key, Check check);
	/// Any text that the check lets pass.

	[[nodiscard]] static Setting of(Kind kind, const std::string& key);
	/// The kinds that need no more than a key.

	[[nodiscard]] Setting explained(const std::string& help) &&;
	/// One line for --help.

	[[nodiscard]] Setting noted(const std::string& note) &&;
	/// Whole sentences behind the help, for the manual and the full example
	/// file: these have the room.

	[[nodiscard]] Setting like(const std::string& example) &&;
	/// A value for the example file to show, where there is no default.

	[[nodiscard]] Setting beginning(const std::string& section) &&;
	/// The first key of a section of the manual and the example file.

	[[nodiscard]] Setting needed() &&;
	/// Must be given somewhere: the example file gives it.

	[[nodiscard]] Setting taking(const std::string& argument) &&;
	/// What help calls the value: "N", "HOST[:PORT]".

	[[nodiscard]] Setting in(const std::string& unit) &&;
	/// The unit of a number: "seconds".

	[[nodiscard]] Setting orElse(const std::string& defaultValue) &&;
	[[nodiscard]] Setting orElseThatOf(const std::string& key) &&;
	/// In place of a default: the value of another key, one that always has a
	/// value and is no family.

	[[nodiscard]] Setting shortened(char letter) &&;

	[[nodiscard]] Setting calledOption(const std::string& name) &&;
	/// An option that does not follow the rule: "--to".

	[[nodiscard]] Setting positional() &&;
	/// Given by its place and not as an option.

	[[nodiscard]] Setting repeated(const std::string& form, Check check) &&;
	/// A positional that may be given any number of times, each word in a form
	/// of its own, as help shows it. In files and the environment the key is what it is.

	[[nodiscard]] Setting requiringRestart() &&;
	/// A reload leaves what runs as it is. Without this word a reload has to
	/// apply the key.

	[[nodiscard]] const std::string& key() const noexcept { return _key; }
	[[nodiscard]] const KeyPattern& pattern() const noexcept { return _pattern; }
	[[nodiscard]] bool isFamily() const noexcept { return _pattern.isFamily(); }
	[[nodiscard]] Kind kind() const noexcept { return _kind; }
	[[nodiscard]] const std::string& help() const noexcept { return _help; }
	[[nodiscard]] const std::string& note() const noexcept { return _note; }
	[[nodiscard]] const std::string& example() const noexcept { return _example; }
	[[nodiscard]] const std::string& section() const noexcept { return _section; }
	/// Empty but for the first key of a section.

	[[nodiscard]] bool isNeeded() const noexcept { return _needed; }
	[[nodiscard]] const std::string& argument() const noexcept { return _argument; }
	[[nodiscard]] const std::vector<std::string>& choices() const noexcept { return _choices; }
	[[nodiscard]] const std::optional<std::string>& defaultValue() const noexcept { return _default; }
	[[nodiscard]] const std::string& defaultKey() const noexcept { return _defaultKey; }
	/// Whose value it has by default; empty for none.

	[[nodiscard]] char shortOption() const noexcept { return _short; }
	[[nodiscard]] bool isPositional() const noexcept { return _positional; }
	[[nodiscard]] bool isRepeated() const noexcept { return !_form.empty(); }
	[[nodiscard]] const std::string& form() const noexcept { return _form; }
	[[nodiscard]] bool hasOption() const noexcept { return !_positional && !isFamily(); }
	[[nodiscard]] bool isFlag() const noexcept { return _flag; }
	[[nodiscard]] bool isSecret() const noexcept { return _kind == Kind::Secret; }
	[[nodiscard]] bool requiresRestart() const noexcept { return _restart; }

	[[nodiscard]] const std::string& optionName() const noexcept { return _option; }
	/// "--min-port"; for a positional its argument's name.

	[[nodiscard]] std::string negatedName() const;
	/// "--no-reconnect", for a flag.

	[[nodiscard]] std::string environmentName() const;
	/// "BORE_MIN_PORT".

	[[nodiscard]] std::string expected() const;
	/// What a value must be: "a whole number from 1 to 65535". For a kind that
	/// has a parser, whose messages say more, no more than the argument.

	[[nodiscard]] std::string refusal(const std::string& name, const std::string& value) const;
	/// What is wrong with the value given under a name, as one line for the user:
	/// --min-port: "0x50": expected a whole number from 1 to 65535. Empty for a
	/// good one. Never contains the value of a secret.

	[[nodiscard]] std::string wordRefusal(const std::string& name, const std::string& word) const;
	/// The same for one word of a repeated positional.

private:
	Setting(Kind kind, const std::string& key);

	[[nodiscard]] bool isParsed() const noexcept;
	void parse(const std::string& value) const;
	[[nodiscard]] bool accepts(const std::string& value) const;

	std::string _key;
	KeyPattern _pattern;
	Kind _kind;
	std::string _option;
	std::string _argument;
	std::string _help;
	std::string _note;
	std::string _example;
	std::string _section;
	std::string _unit;
	std::optional<std::string> _default;
	std::string _defaultKey;
	std::string _form;      // of a repeated positional; empty: not repeated
	Check _check = nullptr; // of its words, or of Kind::Checked
	std::vector<std::string> _choices;
	std::uint32_t _min = 0;
	std::uint32_t _max = 0;
	char _short = 0;
	bool _positional = false;
	bool _flag = false;
	bool _restart = false;
	bool _needed = false;
};

} // namespace Bore

#endif // Bore_Shared_Setting_INCLUDED
