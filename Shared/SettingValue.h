//
// SettingValue.h
//
// One value of a key, and where it came from.
//

#ifndef Bore_Shared_SettingValue_INCLUDED
#define Bore_Shared_SettingValue_INCLUDED

#include "Shared/ExitCode.h"
#include "Shared/Layer.h"
#include "Shared/Setting.h"
#include "Shared/SettingFaults.h"

#include <initializer_list>
#include <string>

namespace Bore
{

struct SettingValue
{
	const Setting* setting;
	std::string key; /// the setting's, or one of its family
	Place place;
	std::string origin; /// "--min-port", "BORE_MIN_PORT", "bore.properties:3", "default"
	std::string text;

	[[nodiscard]] std::string described() const;
	/// "minPort 80 (bore.properties:3)"; a secret without its value.

	[[nodiscard]] std::string where() const;
	/// "bore.properties:3: minPort": what a fault begins with.

	[[nodiscard]] ExitCode code() const noexcept;
	/// How a program ends where the value is wrong.

	[[noreturn]] void refuse(const std::string& what, ExitCode with) const;
	/// Throws a SettingFailure that says what is wrong with the value.
};

[[noreturn]] void refuse(std::initializer_list<const SettingValue*> values, const std::string& text);
/// Throws a SettingFailure about values that do not fit together: it is
/// the fault of the highest of them.

} // namespace Bore

#endif // Bore_Shared_SettingValue_INCLUDED
