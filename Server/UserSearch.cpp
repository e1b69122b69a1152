//
// UserSearch.cpp
//

#include "Server/UserSearch.h"

namespace Bore
{

UserSearch::UserSearch(const Users& users, const Poco::UUID& challenge, std::string_view answer)
	: _users(users)
	, _challenge(AnswerKey::bytesOf(challenge))
	, _answer(AnswerKey::parse(answer))
{
}

UserPtr UserSearch::among(const std::vector<std::string>& names) const
{
	if (!_answer) return nullptr;
	for (const auto& name : names)
	{
		auto user = _users.find(name);
		if (user && user->key.answers(_challenge, *_answer)) return user;
	}
	return nullptr;
}

UserPtr UserSearch::amongAll() const
{
	if (!_answer) return nullptr;
	const UserPtr* found = nullptr;
	// To the end, also behind the right one: the time is not to tell where it stands.
	for (const auto& user : _users.all())
		if (user->key.answers(_challenge, *_answer)) found = &user;
	return found == nullptr ? nullptr : *found;
}

} // namespace Bore
