//
// UsersFile.cpp
//

#include "Server/UsersFile.h"

#include "Shared/HostPort.h"
#include "Shared/LogText.h"
#include "Shared/NearestName.h"
#include "Shared/SettingFaults.h"
#include "Shared/UtcTime.h"
#include "Shared/Uuid.h"

#include <Poco/Ascii.h>

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
constexpr std::size_t MAX_NAME = 64;                                // a word in a log line
constexpr std::uint32_t MOST = 1'000'000; // of what a limit can bound: as of the server's own
constexpr char PREFIX[] = "user.";

enum Key : std::size_t
{
	SecretText,
	SecretFile,
	Ports,
	MaxTunnels,
	MaxConnections,
	Expires,
	Allow
};

const std::vector<std::string>& keys()
{
	static const std::vector<std::string> keys{
		"secret", "secretFile", "ports", "maxTunnels", "maxConnections", "expires", "allow"};
	return keys;
}

bool isName(const std::string& text) noexcept
{
	return !text.empty() && text.size() <= MAX_NAME &&
		   std::all_of(text.begin(), text.end(),
			   [](char c) { return Poco::Ascii::isAlphaNumeric(c) || c == '_' || c == '-'; });
}

std::size_t limitFrom(const std::string& text)
{
	const auto number = parseNumber(text, MOST);
	if (!number)
		throw std::invalid_argument("\"" + escapeForLog(text) + "\": expected a whole number from 0 to " +
									std::to_string(MOST) + "; 0 is no limit");
	return *number;
}

PropertiesFile fileAt(const std::string& path)
{
	SettingFaults faults;
	PropertiesFile file({path, "users.file", 0, MAX_BYTES}, faults);
	faults.throwIfAny();
	return file;
}

} // namespace

UsersFile::UsersFile(const std::string& path, Permissions permissions)
	: _path(escapeForLog(path))
	, _permissions(permissions)
	, _file(fileAt(path))
{
	SettingFaults faults;
	if (permissions == Permissions::Strict)
		if (const auto exposed = exposureOf(_file.mode()); !exposed.empty())
			faults.add({{Layer::File}, ExitCode::Configuration, _path + ": " + exposed, {}});
	for (const auto& entry : _file.entries()) faults.collect([&] { add(entry); });
	// Else a server without a secret of its own would be open to everybody.
	if (faults.empty() && _drafts.empty())
		faults.add({{Layer::File}, ExitCode::Configuration,
			_path + ": no user is in it: add a line user.NAME.secret = ..., or leave users.file out", {}});
	faults.throwIfAny();
}

void UsersFile::add(const Entry& entry)
{
	const std::string& key = entry.key;
	const std::size_t dot = key.rfind('.');
	const std::size_t begin = std::size(PREFIX) - 1;
	if (key.compare(0, begin, PREFIX) != 0 || dot < begin)
	{
		// The first word alone: of "user.x.secret S =" nothing may show S.
		fail(entry, "unknown key \"" + escapeForLog(key.substr(0, key.find_first_of(" \t"))) +
						"\": expected user.NAME.KEY, as in user.alice.secret = ...");
	}
	const std::string last = key.substr(dot + 1);
	const auto known = std::find(keys().begin(), keys().end(), last);
	if (known == keys().end())
	{
		const std::string nearest = nearestName(last.substr(0, last.find_first_of(" \t")), keys());
		fail(
			entry, "unknown key \"" + escapeForLog(key.substr(0, key.find_first_of(" \t"))) + "\": " +
					   (nearest.empty() ? "doc/USERS.md has all keys" : "did you mean \"" + nearest + "\"?"));
	}
	const std::string name = key.substr(begin, dot - begin);
	if (!isName(name))
	{
		fail(entry, "a user's name \"" + escapeForLog(name) + "\": expected 1 to " +
						std::to_string(MAX_NAME) + " of A-Z, a-z, 0-9, _ and -");
	}
	const auto [index, isNew] = _indices.emplace(name, _drafts.size());
	if (isNew) _drafts.push_back({name, {}});
	const auto which = static_cast<std::size_t>(std::distance(keys().begin(), known));
	_drafts[index->second].entries.at(which) = &entry;
}

std::vector<User> UsersFile::users(const std::optional<Secret>& own) const
{
	std::vector<User> users;
	users.reserve(_drafts.size());
	Holders holders{AnswerKey::bytesOf(secureRandomUuid()), {}};
	if (own) holders.of.emplace(AnswerKey(*own).tag(holders.challenge), nullptr);
	SettingFaults faults;
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
	fail(entry, entry.key + " gives the same secret as " +
					(other == nullptr ? std::string("the server's own secret")
									  : other->key + " (line " + std::to_string(other->line) + ")") +
					": nobody could tell the two apart; give each user a secret of its own");
}

User UsersFile::userFrom(const Draft& draft) const
{
	User user{draft.name, AnswerKey(secretOf(draft))};
	const auto take = [&](Key key, const auto& reader)
	{
		const Entry* entry = draft.entries.at(key);
		if (entry == nullptr) return;
		try
		{
			reader(entry->value);
		}
		catch (const std::invalid_argument& e)
		{
			fail(*entry, entry->key + " " + e.what());
		}
	};
	take(Ports, [&user](const std::string& text) { user.ports = PortRanges::parse(text); });
	take(MaxTunnels, [&user](const std::string& text) { user.maxTunnels = limitFrom(text); });
	take(MaxConnections, [&user](const std::string& text) { user.maxConnections = limitFrom(text); });
	take(Expires, [&user](const std::string& text) { user.expires = parseTime(text); });
	take(Allow, [&user](const std::string& text) { user.allowed = NetworkSet::parse(text); });
	return user;
}

const UsersFile::Entry& UsersFile::secretEntry(const Draft& draft) const
{
	const Entry* value = draft.entries[SecretText];
	const Entry* file = draft.entries[SecretFile];
	if (value != nullptr && file != nullptr)
	{
		fail(*std::max(value, file), value->key + " and " + file->key +
										 " are two ways of one thing: give one of"
										 " them");
	}
	if (value != nullptr) return *value;
	if (file != nullptr) return *file;
	const auto given = std::find_if(
		draft.entries.begin(), draft.entries.end(), [](const Entry* entry) { return entry != nullptr; });
	fail(**given, "user " + draft.name + " has no secret: add user." + draft.name + ".secret = ...");
}

Secret UsersFile::secretOf(const Draft& draft) const
{
	const Entry& entry = secretEntry(draft);
	try
	{
		return &entry == draft.entries[SecretText] ? Secret(entry.value)
												   : Secret::fromFile(entry.value, _permissions);
	}
	catch (const std::invalid_argument& e)
	{
		fail(entry, entry.key + ": " + e.what());
	}
}

void UsersFile::fail(const Entry& entry, const std::string& text) const
{
	throw SettingFailure(
		{{_file.place(entry), ExitCode::Configuration, _file.where(entry) + ": " + text, {}}});
}

} // namespace Bore
