//
// UsersFile.cpp
//

#include "Server/UsersFile.h"

#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/UnknownKey.h"
#include "Shared/UtcTime.h"
#include "Shared/Uuid.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <utility>

namespace Bore
{

namespace
{

constexpr std::size_t MAX_BYTES = 16 * ConfigFile::USUAL_MAX_BYTES; // tens of thousands of users
constexpr std::size_t BEHIND_ALL = std::numeric_limits<std::size_t>::max();
// What is wrong here is told behind what is wrong in the configuration files.

constexpr char NOBODY[] = "-"; // of the holder of the server's own secret, in log lines

std::size_t limitFrom(const std::string& text)
{
	return parseNumber(text, std::numeric_limits<std::uint32_t>::max()).value_or(0); // it is checked already
}

} // namespace

UsersFile::UsersFile(const std::string& path, Permissions permissions)
	: _permissions(permissions)
	, _file({path, "users.file", BEHIND_ALL, MAX_BYTES}, _faults)
{
	const std::string shown = escapeForLog(path);
	const std::string exposure = exposureOf(_file.mode(), path);
	if (permissions == Permissions::Strict && !exposure.empty())
		_faults.add({{Layer::File, BEHIND_ALL}, ExitCode::Configuration, shown + ": " + exposure, {}});
	for (const auto& entry : _file.entries()) add(entry);
	// Else a server without a secret of its own would be open to everybody.
	if (_faults.empty() && _drafts.empty())
		_faults.add({{Layer::File, BEHIND_ALL}, ExitCode::Configuration,
			shown + ": no user is in it: add a line user.NAME.secret = ..., or leave users.file out", {}});
}

void UsersFile::add(const Entry& entry)
{
	const SettingTable& table = UserSettings::table();
	const Setting* setting = table.find(entry.key);
	// The family's own key, "<name>" and all, is no user's.
	if (setting == nullptr || setting->key() == entry.key)
	{
		const UnknownKey unknown(table, entry.key);
		return _faults.add(fault(entry, unknown.text(), unknown.meant()));
	}
	// A secret is judged where it is read, from wherever it comes.
	const std::string refusal = setting->isSecret()
									? std::string()
									: setting->refusal(_file.where(entry) + ": " + entry.key, entry.value);
	if (!refusal.empty())
		return _faults.add({_file.place(entry), ExitCode::Configuration, refusal, {entry.key}});

	const std::string name(*setting->pattern().nameIn(entry.key));
	if (name == NOBODY)
		return _faults.add(fault(entry,
			"log lines call whoever has the server's own secret \"" + name + "\": give the user another name",
			{entry.key}));
	const auto [index, isNew] = _indices.emplace(name, _drafts.size());
	if (isNew) _drafts.push_back({name, {}});
	const auto which = static_cast<std::size_t>(std::distance(table.settings().data(), setting));
	_drafts[index->second].entries.at(which) = &entry;
}

std::vector<User> UsersFile::users(const std::optional<Secret>& own) const
{
	std::vector<User> users;
	users.reserve(_drafts.size());
	Holders holders{AnswerKey::bytesOf(secureRandomUuid()), {}};
	if (own) holders.of.emplace(AnswerKey(*own).tag(holders.challenge), nullptr);
	SettingFaults faults = _faults;
	for (const auto& draft : _drafts)
		faults.collect(
			[&]
			{
				users.push_back(userFrom(draft));
				checkHolder(draft, users.back(), holders);
			});
	faults.throwIfAny();
	return users;
}

void UsersFile::checkHolder(const Draft& draft, const User& user, Holders& holders) const
{
	const Entry& entry = secretEntry(draft);
	const auto [holder, isNew] = holders.of.emplace(user.key.tag(holders.challenge), &entry);
	if (isNew) return;
	const Entry* other = holder->second;
	fail(entry,
		"the same secret as " +
			(other == nullptr ? std::string("the server's own")
							  : other->key + " (line " + std::to_string(other->line) + ")") +
			": nobody could tell the two apart; give each user a secret of its own",
		entry.key);
}

User UsersFile::userFrom(const Draft& draft) const
{
	User user{draft.name, AnswerKey(secretOf(draft))};
	const auto take = [&draft](UserSettings::Key key, const auto& reader)
	{
		if (const Entry* entry = draft.entries.at(key)) reader(entry->value);
	};
	using Text = const std::string&;
	take(UserSettings::Ports, [&user](Text text) { user.ports = PortRanges::parse(text); });
	take(UserSettings::MaxTunnels, [&user](Text text) { user.maxTunnels = limitFrom(text); });
	take(UserSettings::MaxConnections, [&user](Text text) { user.maxConnections = limitFrom(text); });
	take(UserSettings::Expires, [&user](Text text) { user.expires = parseTime(text); });
	take(UserSettings::Allow, [&user](Text text) { user.allowed = NetworkSet::parse(text); });
	return user;
}

const UsersFile::Entry& UsersFile::secretEntry(const Draft& draft) const
{
	const Entry* value = draft.entries[UserSettings::SecretText];
	const Entry* file = draft.entries[UserSettings::SecretFile];
	if (value != nullptr && file != nullptr)
	{
		const Entry& later = *std::max(value, file); // they lie in the order of the file
		fail(later, value->key + " and " + file->key + " are two ways of one thing: give one of them",
			later.key);
	}
	if (value != nullptr) return *value;
	if (file != nullptr) return *file;
	const Entry& given = **std::find_if(
		draft.entries.begin(), draft.entries.end(), [](const Entry* entry) { return entry != nullptr; });
	const std::string needed =
		UserSettings::table().settings()[UserSettings::SecretText].pattern().keyOf(draft.name);
	fail(given, "the user has no secret: add " + needed + " = ...", needed);
}

Secret UsersFile::secretOf(const Draft& draft) const
{
	const Entry& entry = secretEntry(draft);
	if (entry.value.empty()) fail(entry, "the secret is empty: write one, or leave the user out", entry.key);
	try
	{
		if (&entry != draft.entries[UserSettings::SecretText])
			return Secret::fromFile(entry.value, _permissions);
		return Secret(entry.value);
	}
	catch (const std::invalid_argument& e)
	{
		fail(entry, e.what(), entry.key);
	}
}

SettingFault UsersFile::fault(
	const Entry& entry, const std::string& text, std::vector<std::string> keys) const
{
	return {_file.place(entry), ExitCode::Configuration,
		_file.where(entry) + ": " + shownKey(entry.key) + ": " + text, std::move(keys)};
}

void UsersFile::fail(const Entry& entry, const std::string& text, const std::string& key) const
{
	throw SettingFailure({fault(entry, text, {key})});
}

} // namespace Bore
