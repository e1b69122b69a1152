//
// UsersFile.h
//
// The file in which the users stand.
//

#ifndef Bore_Server_UsersFile_INCLUDED
#define Bore_Server_UsersFile_INCLUDED

#include "Server/User.h"
#include "Server/UserSettings.h"
#include "Shared/FilePermissions.h"
#include "Shared/PropertiesFile.h"
#include "Shared/Secret.h"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace Bore
{

class UsersFile
/// Reads the users file: a properties file with the keys of UserSettings
/// (doc/USERS.md). Holds secrets: it ends before the role runs.
{
public:
	UsersFile(const std::string& path, Permissions permissions);
	/// Whatever is wrong is told by users().

	[[nodiscard]] std::vector<User> users(const std::optional<Secret>& own) const;
	/// In the order of the file. Throws SettingFailure with all that is wrong, also where
	/// two have one secret, or one has the server's own: nobody could tell who it is.

private:
	using Entry = PropertiesFile::Entry;

	struct Draft
	{
		std::string name;
		std::array<const Entry*, UserSettings::KEYS> entries{}; // by key; null: not given, or wrong
	};
	struct Holders
	{
		AnswerKey::Challenge challenge;
		std::map<AnswerKey::Tag, const Entry*> of; // the answer to it; null: the server itself
	};

	void add(const Entry& entry);
	[[nodiscard]] User userFrom(const Draft& draft) const;
	void checkHolder(const Draft& draft, const User& user, Holders& holders) const;
	[[nodiscard]] const Entry& secretEntry(const Draft& draft) const;
	[[nodiscard]] Secret secretOf(const Draft& draft) const;
	[[nodiscard]] SettingFault fault(
		const Entry& entry, const std::string& text, std::vector<std::string> keys) const;
	[[noreturn]] void fail(const Entry& entry, const std::string& text, const std::string& key) const;

	const Permissions _permissions;
	SettingFaults _faults;
	const PropertiesFile _file;
	std::vector<Draft> _drafts;
	std::unordered_map<std::string, std::size_t> _indices; // of the drafts, by name
};

} // namespace Bore

#endif // Bore_Server_UsersFile_INCLUDED
