//
// FilePermissions.cpp
//

#include "Shared/FilePermissions.h"

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

} // namespace Bore
