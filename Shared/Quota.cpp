//
// Quota.cpp
//

#include "Shared/Quota.h"

#include <utility>

namespace Bore
{

Quota::Place::Place(Quota& quota, std::string key) noexcept
	: _quota(quota)
	, _key(std::move(key))
{
}

Quota::Place::~Place()
{
	_quota.leave(_key);
}

Quota::Quota(Bound total, Bound perKey)
	: _total(std::move(total))
	, _perKey(std::move(perKey))
{
}

void Quota::setLimits(std::size_t total, std::size_t perKey)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_total.limit = total;
	_perKey.limit = perKey;
}

std::size_t Quota::total() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _total.limit;
}

Quota::Admission Quota::admit(const std::string& key)
{
	return place(key, std::nullopt);
}

Quota::Admission Quota::admit(const std::string& key, std::size_t limit)
{
	return place(key, limit);
}

Quota::Token Quota::both(Token one, Token other)
{
	if (!one || !other) return one ? one : other;
	const auto held = std::make_shared<const std::pair<Token, Token>>(std::move(one), std::move(other));
	return {held, held->first.get()};
}

Quota::Admission Quota::place(const std::string& key, std::optional<std::size_t> limit)
{
	std::string kept = key;
	if (const auto* reached = enter(key, limit)) return {nullptr, reached};
	try
	{
		return {std::make_shared<const Place>(*this, std::move(kept)), nullptr};
	}
	catch (const std::bad_alloc&)
	{
		leave(key);
		throw;
	}
}

std::size_t Quota::count() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _count;
}

std::size_t Quota::count(const std::string& key) const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	const auto found = _byKey.find(key);
	return found == _byKey.end() ? 0 : found->second;
}

const Quota::Bound* Quota::enter(const std::string& key, std::optional<std::size_t> limit)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_total.limit > 0 && _count >= _total.limit) return &_total;
	const std::size_t most = limit.value_or(_perKey.limit);
	const auto count = _byKey.try_emplace(key).first;
	if (most > 0 && count->second >= most) return &_perKey;
	++count->second;
	++_count;
	return nullptr;
}

void Quota::leave(const std::string& key) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	--_count;
	const auto found = _byKey.find(key);
	if (found != _byKey.end() && --found->second == 0) _byKey.erase(found);
}

} // namespace Bore
