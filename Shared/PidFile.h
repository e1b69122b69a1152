//
// PidFile.h
//
// A file that says which process it is.
//

#ifndef Bore_Shared_PidFile_INCLUDED
#define Bore_Shared_PidFile_INCLUDED

#include "Shared/Descriptor.h"

#include <string>

namespace Bore
{

class PidFile
/// Holds the number of this process, on a line, for as long as it lives,
/// and is locked (flock(2)): a second process with the same file is
/// refused, and what a crash left behind is told from it and replaced.
/// Used by main's thread, but for remove().
{
public:
	explicit PidFile(const std::string& path);
	/// Writes it. Throws RoleFailure where it cannot be written, or is another
	/// process's.

	PidFile(const PidFile&) = delete;
	PidFile& operator=(const PidFile&) = delete;
	~PidFile();
	/// Removes it.

	void remove() const noexcept;
	/// Unless it is not ours any more. Any thread.

private:
	[[nodiscard]] static Descriptor lock(const std::string& path);
	[[nodiscard]] static Descriptor open(const std::string& path);

	const std::string _path;
	const Descriptor _file;
};

} // namespace Bore

#endif // Bore_Shared_PidFile_INCLUDED
