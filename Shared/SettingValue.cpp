//
// SettingValue.cpp
//

#include "Shared/SettingValue.h"

#include "Shared/LogText.h"

#include <algorithm>
#include <vector>

namespace Bore
{

std::string SettingValue::described() const
{
	const std::string shown = setting->isSecret() ? std::string() : " " + escapeForLog(text);
	return key + shown + " (" + origin + ")";
}

std::string SettingValue::where() const
{
	return origin + ": " + key;
}

ExitCode SettingValue::code() const noexcept
{
	return place.layer == Layer::CommandLine ? ExitCode::Usage : ExitCode::Configuration;
}

void SettingValue::refuse(const std::string& what, ExitCode with) const
{
	throw SettingFailure({{place, with, where() + ": " + what, {key}}});
}

void refuse(std::initializer_list<const SettingValue*> values, const std::string& text)
{
	const SettingValue* const highest = *std::max_element(values.begin(), values.end(),
		[](const SettingValue* a, const SettingValue* b) { return a->place < b->place; });
	std::vector<std::string> keys;
	for (const auto* value : values) keys.push_back(value->key);
	throw SettingFailure({{highest->place, highest->code(), highest->where() + ": " + text, keys}});
}

} // namespace Bore
