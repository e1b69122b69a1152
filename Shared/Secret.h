//
// Secret.h
//
// A shared secret that cannot be printed.
//

#ifndef Bore_Shared_Secret_INCLUDED
#define Bore_Shared_Secret_INCLUDED

#include "Shared/FilePermissions.h"

#include <string>

namespace Bore
{

class Secret
/// The secret that server and clients share. It has no conversion to
/// text and no stream operator, so that it cannot reach a log by
/// accident; its memory is wiped when it ends.
{
public:
	explicit Secret(std::string value);
	/// Throws std::invalid_argument if the value is empty: whoever asked
	/// for authentication must not get none.

	Secret(const Secret&) = default;
	Secret(Secret&&) = default;
	Secret& operator=(const Secret&) = default;
	Secret& operator=(Secret&&) = default;
	~Secret();

	[[nodiscard]] static Secret fromFile(
		const std::string& path, Permissions permissions = Permissions::Strict);
	/// The file's first line without its line end (LF or CR LF).
	/// Throws std::invalid_argument, with a text for the user that names
	/// the path and never the content, if the file cannot be read, is no
	/// regular file (a FIFO or /dev/stdin is accepted), the line is empty, or
	/// others have a right to a regular file and permissions are Strict.
	/// What is no regular file is read once: of the same path the same secret
	/// comes again, so that a reload finds it. Any thread.

	[[nodiscard]] const std::string& reveal() const noexcept { return _value; }
	/// The bytes themselves: for computing the HMAC key, nothing else.

private:
	std::string _value;
};

} // namespace Bore

#endif // Bore_Shared_Secret_INCLUDED
