//
// KeyPattern.cpp
//

#include "Shared/KeyPattern.h"

#include <Poco/Ascii.h>

#include <algorithm>

namespace Bore
{

namespace
{

constexpr std::string_view NAME = "<name>";

std::string partBefore(const std::string& key)
{
	return key.substr(0, key.find(NAME));
}

std::string partAfter(const std::string& key)
{
	const std::size_t at = key.find(NAME);
	return at == std::string::npos ? std::string() : key.substr(at + NAME.size());
}

bool endsWith(std::string_view text, std::string_view end) noexcept
{
	return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

} // namespace

KeyPattern::KeyPattern(const std::string& key)
	: _isFamily(key.find(NAME) != std::string::npos)
	, _before(partBefore(key))
	, _after(partAfter(key))
{
}

std::string KeyPattern::family() const
{
	return _isFamily ? _before.substr(0, _before.rfind('.')) : std::string();
}

std::optional<std::string_view> KeyPattern::nameIn(std::string_view key) const noexcept
{
	if (!_isFamily || key.size() < _before.size() + _after.size()) return std::nullopt;
	if (key.compare(0, _before.size(), _before) != 0 || !endsWith(key, _after)) return std::nullopt;
	return key.substr(_before.size(), key.size() - _before.size() - _after.size());
}

std::string KeyPattern::keyOf(std::string_view name) const
{
	return _isFamily ? _before + std::string(name) + _after : _before;
}

std::string KeyPattern::likenessTo(const std::string& typed) const
{
	std::size_t begin = 0;
	for (auto dots = std::count(_before.begin(), _before.end(), '.'); dots > 0; --dots)
	{
		begin = typed.find('.', begin);
		if (begin == std::string::npos) return keyOf(NAME);
		++begin;
	}
	const std::string name = typed.substr(begin, typed.find('.', begin) - begin);
	// Without what follows the name, the part there may be that.
	const bool isWhole = _after.empty() || typed.find('.', begin) != std::string::npos;
	return keyOf(isName(name) && isWhole ? std::string_view(name) : NAME);
}

bool KeyPattern::isName(std::string_view text) noexcept
{
	return !text.empty() && text.size() <= MAX_NAME &&
		   std::all_of(text.begin(), text.end(),
			   [](char c) { return Poco::Ascii::isAlphaNumeric(c) || c == '_' || c == '-'; });
}

} // namespace Bore
