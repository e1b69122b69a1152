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
/// A new directory, made when it is first asked for, and removed with all
/// it holds when this object ends. CppUnit makes every fixture of every
/// suite in every process, and a process that a test ends removes nothing.
/// For one thread.
{
public:
	TemporaryDirectory() noexcept {} // NOLINT(modernize-use-equals-default): or a constant one is not made
	TemporaryDirectory(const TemporaryDirectory&) = delete;
	TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
	~TemporaryDirectory();

	[[nodiscard]] const std::string& path() const;

	[[nodiscard]] std::string path(const std::string& name) const;
	/// The path of a file of that name in here.

	[[nodiscard]] std::string write(const std::string& name, const std::string& content) const;
	/// Makes the file, or replaces its content; its path.

private:
	mutable std::string _path; // empty: not made yet
};

} // namespace Bore::Test

#endif // Bore_Test_TemporaryDirectory_INCLUDED
