//
// ManPage.h
//
// The parts of the manual that come from a table.
//

#ifndef Bore_Reference_ManPage_INCLUDED
#define Bore_Reference_ManPage_INCLUDED

#include "Shared/SettingTable.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace Bore
{

struct ManPage
/// Source for man(7).
{
	using Filter = std::function<bool(const Setting&)>;

	enum class Sections
	{
		Shown,
		LeftOut
	};

	[[nodiscard]] static std::string options(
		const SettingTable& table, const Filter& filter, Sections sections = Sections::Shown);
	/// A paragraph for each option, and for the positional; none for families.

	[[nodiscard]] static std::string commonOptions(const SettingTable& table);
	[[nodiscard]] static std::string exitCodes(const std::vector<SettingTable::End>& ends);

	[[nodiscard]] static std::string keys(const SettingTable& table, const Filter& filter);
	/// A paragraph for each key, families too.

	[[nodiscard]] static std::string escaped(const std::string& text);
	/// As man shows it: of '-' a hyphen-minus that can be copied, of a
	/// backslash one. For a part of a line.

	[[nodiscard]] static std::string fill(
		const std::string& page, const std::map<std::string, std::string>& parts);
	/// A page with each @NAME@ replaced by the part of that name. Throws
	/// std::invalid_argument for a name without a part, and a part that the
	/// page has no place for.
};

} // namespace Bore

#endif // Bore_Reference_ManPage_INCLUDED
