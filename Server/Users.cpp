//
// Users.cpp
//

#include "Server/Users.h"

#include <algorithm>
#include <utility>

namespace Bore
{

Users::Users(std::vector<User> named, const std::optional<Secret>& secret)
{
	// A server that has no other users logs no user at all.
	if (secret)
	{
		User holder{{}, AnswerKey(*secret)};
		if (!named.empty()) holder.tag = " user=-";
		named.push_back(std::move(holder));
	}
	_all.reserve(named.size());
	_byName.reserve(named.size());
	for (auto& user : named)
	{
		if (!user.name.empty()) user.tag = " user=" + user.name;
		_all.push_back(std::make_shared<const User>(std::move(user)));
		_byName.emplace(_all.back()->name, _all.back());
	}
}

UserPtr Users::find(const std::string& name) const
{
	const auto found = _byName.find(name);
	return found == _byName.end() ? nullptr : found->second;
}

Users::Difference Users::differenceFrom(const Users& before) const
{
	const auto own = find("");
	const auto ownBefore = before.find("");
	Difference result;
	result.own = own && ownBefore ? !(own->key == ownBefore->key) : own != ownBefore;
	const auto isAsBefore = [&before](const UserPtr& user)
	{
		const auto other = before.find(user->name);
		return user->name.empty() || (other && user->isLike(*other));
	};
	result.named = _all.size() - (own ? 1 : 0) != before._all.size() - (ownBefore ? 1 : 0) ||
				   !std::all_of(_all.begin(), _all.end(), isAsBefore);
	return result;
}

UserPtr Users::successorOf(const User& before) const
{
	auto now = find(before.name);
	return now && now->key == before.key ? now : nullptr;
}

} // namespace Bore
