//
// LogText.h
//
// Makes text from a peer safe to show.
//

#ifndef Bore_Shared_LogText_INCLUDED
#define Bore_Shared_LogText_INCLUDED

#include <cstddef>
#include <string>
#include <string_view>

namespace Bore
{

constexpr std::size_t MAX_LOG_TEXT_BYTES = 512;
/// Twice the longest frame: room for its escapes, and a log line stays a line.

[[nodiscard]] std::string escapeForLog(std::string_view text);
/// The text on one line, harmless to a log and to a terminal. Printable
/// UTF-8 passes; the backslash, control characters (C0, DEL, C1), line and
/// paragraph separators, characters that turn the direction of writing,
/// and bytes that are not UTF-8 become \\, \n, \r, \t or \xNN, byte by byte.
/// Longer than MAX_LOG_TEXT_BYTES: cut at a character, "..." at the end. Any thread.

[[nodiscard]] std::size_t utf8CharacterSize(std::string_view text) noexcept;
/// Bytes of the UTF-8 character (RFC 3629) that the text starts with; 0 if
/// it is empty or starts with none. Any thread.

} // namespace Bore

#endif // Bore_Shared_LogText_INCLUDED
