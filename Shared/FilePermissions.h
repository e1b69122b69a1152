//
// FilePermissions.h
//
// Who may read a file that holds a secret.
//

#ifndef Bore_Shared_FilePermissions_INCLUDED
#define Bore_Shared_FilePermissions_INCLUDED

#include <string>
#include <sys/types.h>

namespace Bore
{

enum class Permissions
/// What is asked of a file with a secret in it.
{
	Strict, /// nobody but its owner has any right to it
	Any
};

[[nodiscard]] std::string exposureOf(mode_t mode);
/// What is wrong with such a file's mode, as the end of a sentence that
/// says how to mend it; empty if others have no right to the file.
/// An access control list shows in the mode, as the group's rights.

[[nodiscard]] std::string exposureOf(mode_t mode, const std::string& path);
/// The same of the file at that path, which may be a credential: systemd
/// puts those into a folder of the service's own (CREDENTIALS_DIRECTORY,
/// systemd.exec(5)), and gives the service its right to them by an access
/// control list where it can. There the group's rights are no fault. Any thread.

} // namespace Bore

#endif // Bore_Shared_FilePermissions_INCLUDED
