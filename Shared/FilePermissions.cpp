//
// FilePermissions.cpp
//

#include "Shared/FilePermissions.h"

#include <cstdlib>
#include <sstream>
#include <sys/stat.h>

namespace Bore
{

std::string exposureOf(mode_t mode)
{
	if ((mode & (S_IRWXG | S_IRWXO)) == 0) return {};
	std::ostringstream text;
	text << "is open to others (mode " << std::oct << (mode & 0777U)
		 << "): chmod 600 it, or set permissions.strict = false";
	return text.str();
}

std::string exposureOf(mode_t mode, const std::string& path)
{
	const char* const directory = std::getenv("CREDENTIALS_DIRECTORY");
	if (directory == nullptr || *directory == '\0') return exposureOf(mode);
	// By the folder itself, so that no "..", and no name that merely begins like it, gets by.
	const std::string folder = path.substr(0, path.rfind('/') + 1);
	struct stat ours = {};
	struct stat theirs = {};
	const bool isCredential = ::stat(folder.c_str(), &ours) == 0 && ::stat(directory, &theirs) == 0 &&
							  ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
	return exposureOf(isCredential ? mode & ~static_cast<mode_t>(S_IRWXG) : mode);
}

} // namespace Bore
