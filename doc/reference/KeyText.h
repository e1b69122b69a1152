//
// KeyText.h
//
// What there is to say of a key.
//

#ifndef Bore_Reference_KeyText_INCLUDED
#define Bore_Reference_KeyText_INCLUDED

#include "Shared/SettingTable.h"

#include <string>
#include <vector>

namespace Bore
{

class KeyText
/// Words about the keys of a table, for the manual and the example file.
/// The table must outlive it. Constant after construction.
{
public:
	explicit KeyText(const SettingTable& table);

	[[nodiscard]] std::string forCommandLine(const Setting& setting) const;
	/// Help, what is allowed, default, note: whole sentences, a blank between them.

	[[nodiscard]] std::string forFile(const Setting& setting) const;
	/// The same, with keys in place of options: "that of bindAddr".

	[[nodiscard]] std::string shown(const Setting& setting) const;
	/// A value to show: the default, or else the example.

	[[nodiscard]] static std::string sentence(const std::string& text);
	/// With a capital at its beginning and a full stop at its end.

	[[nodiscard]] static std::string allowed(const Setting& setting);
	/// What a value must be; empty where the help has said it.

	[[nodiscard]] static std::vector<std::string> wrapped(const std::string& text, std::size_t width);
	/// Broken at blanks; a word that is too long has a line of its own.

private:
	[[nodiscard]] std::string about(const Setting& setting, const std::string& help) const;
	[[nodiscard]] std::string inKeys(const std::string& text) const;

	const SettingTable& _table;
};

} // namespace Bore

#endif // Bore_Reference_KeyText_INCLUDED
