//
// TemporaryDirectory.h
//
// Files of one test.
//

#ifndef Bore_Test_TemporaryDirectory_INCLUDED
#define Bore_Test_TemporaryDirectory_INCLUDED

#include <string>

namespace Bore::Test
{

class TemporaryDirectory
/// A new directory, removed with all it holds when this object ends.
{
public:
	TemporaryDirectory();
	TemporaryDirectory(const TemporaryDirectory&) = delete;
	TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
	~TemporaryDirectory();

	[[nodiscard]] const std::string& path() const noexcept { return _path; }

	[[nodiscard]] std::string path(const std::string& name) const;
	/// The path of a file of that name in here.

	[[nodiscard]] std::string write(const std::string& name, const std::string& content) const;
	/// Makes the file, or replaces its content; its path.

private:
	std::string _path;
};

} // namespace Bore::Test

#endif // Bore_Test_TemporaryDirectory_INCLUDED
