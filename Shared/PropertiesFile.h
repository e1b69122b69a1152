//
// PropertiesFile.h
//
// A configuration file, with the line of each key.
//

#ifndef Bore_Shared_PropertiesFile_INCLUDED
#define Bore_Shared_PropertiesFile_INCLUDED

#include <cstddef>
#include <string>
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
	/// Throws RoleFailure (ExitCode::Configuration) with the path, and the
	/// line where there is one, if the file cannot be read, is no regular file
	/// (reading a FIFO would hang), is over 1 MiB, holds a line that is
	/// no "key = value", or a key twice.

	[[nodiscard]] const std::vector<Entry>& entries() const noexcept { return _entries; }
	/// In the order of the file.

	[[nodiscard]] std::string where(const Entry& entry) const;
	/// "bore.properties:3".

private:
	void scan(const std::string& text);
	void add(const Entry& entry);
	[[noreturn]] void fail(const std::string& where, const std::string& text) const;

	const std::string _path;
	std::vector<Entry> _entries;
};

} // namespace Bore

#endif // Bore_Shared_PropertiesFile_INCLUDED
