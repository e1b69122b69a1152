//
// UnknownKey.h
//
// A key of a file that no table has.
//

#ifndef Bore_Shared_UnknownKey_INCLUDED
#define Bore_Shared_UnknownKey_INCLUDED

#include "Shared/SettingTable.h"

#include <string>
#include <vector>

namespace Bore
{

class UnknownKey
/// What a user may have meant by a key that a table does not know.
/// Constant after construction.
{
public:
	UnknownKey(const SettingTable& table, const std::string& key);

	[[nodiscard]] const std::string& text() const noexcept { return _text; }
	/// What is wrong, for a user: unknown key: did you mean "minPort"?

	[[nodiscard]] const std::vector<std::string>& meant() const noexcept { return _meant; }
	/// The key that was meant, which is therefore not missing; none if that is
	/// anyone's guess.

private:
	[[nodiscard]] bool isBadName(const SettingTable& table, const std::string& key);

	std::string _text;
	std::vector<std::string> _meant;
};

} // namespace Bore

#endif // Bore_Shared_UnknownKey_INCLUDED
