//
// WholeFile.h
//
// A file that is read only if it is whole.
//

#ifndef Bore_Shared_WholeFile_INCLUDED
#define Bore_Shared_WholeFile_INCLUDED

#include "Shared/Descriptor.h"

#include <string>
#include <sys/stat.h>
#include <sys/types.h>

namespace Bore
{

class WholeFile
/// The text of a small regular file. Refuses one that somebody else is
/// writing at the moment, as far as that shows: half a configuration is
/// another one. Whoever wants to replace a file that may be read at any
/// moment writes beside it and renames. For one thread.
{
public:
	WholeFile(const std::string& path, const std::string& taker, std::size_t maxBytes);
	/// Opens it. The taker, such as "--config", is who named the path.
	/// Throws std::invalid_argument with one line for the user, without the
	/// path, if it cannot be opened or is no regular file (reading a FIFO would hang).

	[[nodiscard]] std::string read() const;
	/// Throws like the constructor if it cannot be read, is over the limit, holds
	/// a NUL byte, or if its size, its time of modification or what its path
	/// leads to changed since it was opened.

	[[nodiscard]] mode_t mode() const noexcept { return _status.st_mode; }

private:
	[[nodiscard]] std::string readAll() const;
	[[nodiscard]] bool hasChanged() const;

	const std::string _path;
	const std::size_t _maxBytes;
	Descriptor _file;
	struct stat _status = {};
};

} // namespace Bore

#endif // Bore_Shared_WholeFile_INCLUDED
