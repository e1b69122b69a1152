//
// Users.cpp
//

#include "Server/Users.h"

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

UserPtr Users::successorOf(const User& before) const
{
	auto now = find(before.name);
	return now && now->key == before.key ? now : nullptr;
}

} // namespace Bore
