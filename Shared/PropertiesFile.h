//
// PropertiesFile.h
//
// A configuration file, with the line of each key.
//

#ifndef Bore_Shared_PropertiesFile_INCLUDED
#define Bore_Shared_PropertiesFile_INCLUDED

#include "Shared/ConfigFiles.h"
#include "Shared/SettingFaults.h"

#include <cstddef>
#include <set>
#include <string>
#include <sys/types.h>
#include <unordered_map>
#include <vector>

namespace Bore
{

class PropertiesFile
/// Reads a properties file. Poco::Util::PropertyFileConfiguration gives
/// the values; it forgets where they stood, so the lines are found by a
/// scan of the same text.
/// Knows no keys: the caller decides which are allowed.
{
public:
	struct Entry
	{
		std::string key;
		std::string value; /// escapes resolved, "${...}" left alone
		std::size_t line;  /// from 1
	};

	explicit PropertiesFile(const std::string& path);
	/// Throws SettingFailure with all that is wrong: each fault with the path,
	/// and the line where there is one. See WholeFile for what can be read;
	/// a line that is no "key = value" is wrong, as are a key twice and a last
	/// line without a line end.

	PropertiesFile(ConfigFile source, SettingFaults& faults);
	/// The same, but the faults are added to others. What is wrong is no entry,
	/// and of a key that comes twice there is none.

	[[nodiscard]] const std::vector<Entry>& entries() const noexcept { return _entries; }
	/// In the order of the file.

	[[nodiscard]] std::string where(const Entry& entry) const;
	/// "bore.properties:3".

	[[nodiscard]] Place place(const Entry& entry) const noexcept;

	[[nodiscard]] mode_t mode() const noexcept { return _mode; }
	/// The file's permissions.

private:
	void read(SettingFaults& faults);
	void scan(const std::string& text, SettingFaults& faults);
	void add(const Entry& entry, SettingFaults& faults);
	void dropTwice();

	const ConfigFile _source;
	const std::string _name; /// the path as it is shown
	mode_t _mode = 0;
	std::vector<Entry> _entries;
	std::unordered_map<std::string, std::size_t> _lines; /// the first of each key
	std::set<std::string> _twice;                        /// keys of which POCO has another value
};

[[nodiscard]] std::string shownKey(const std::string& key);
/// A key as it may be shown: of "secret S" as a key, the first word alone.

} // namespace Bore

#endif // Bore_Shared_PropertiesFile_INCLUDED
