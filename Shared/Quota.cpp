//
// Quota.cpp
//

#include "Shared/Quota.h"

#include <utility>

namespace Bore
{

Quota::Place::Place(Quota& quota, Count& count) noexcept
	: _quota(quota)
	, _count(count)
{
}

Quota::Place::~Place()
{
	_quota.leave(_count);
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
	const auto [count, reached] = enter(key, limit);
	if (reached != nullptr) return {nullptr, reached};
	try
	{
		return {std::make_shared<const Place>(*this, *count), nullptr};
	}
	catch (const std::bad_alloc&)
	{
		leave(*count);
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

std::pair<Quota::Count*, const Quota::Bound*> Quota::enter(
	const std::string& key, std::optional<std::size_t> limit)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_total.limit > 0 && _count >= _total.limit) return {nullptr, &_total};
	const std::size_t most = limit.value_or(_perKey.limit);
	const auto count = _byKey.try_emplace(key).first;
	if (most > 0 && count->second >= most) return {nullptr, &_perKey};
	++count->second;
	++_count;
	return {&*count, nullptr};
}

void Quota::leave(Count& count) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	--_count;
	// By an iterator: its key goes with it.
	if (--count.second == 0) _byKey.erase(_byKey.find(count.first));
}

} // namespace Bore
