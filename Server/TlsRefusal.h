//
// TlsRefusal.h
//
// What is said of a connection that TLS was not agreed on with.
//

#ifndef Bore_Server_TlsRefusal_INCLUDED
#define Bore_Server_TlsRefusal_INCLUDED

#include "Shared/TlsStream.h"

#include <string>
#include <string_view>

namespace Bore
{

struct TlsRefusal
/// Why, for the log, and what a peer that speaks bore's protocol in the
/// clear is answered.
{
	std::string kind;        /// one of few names (Refusals); empty: nobody need hear of it
	std::string reason = {}; /// one line, with the mend
	std::string_view answer = {};

	TlsRefusal(const TlsStream& failed, bool isLate);
	/// After a handshake that Failed. A peer that just went is none to speak of,
	/// unless it is late, and it waited for us all the time.

	[[nodiscard]] static TlsRefusal silence(const TlsStream& unfinished);
	/// Its time is over.

	[[nodiscard]] static TlsRefusal onPlainPort();
	/// A TLS client where there is no TLS.

	[[nodiscard]] static bool isTls(std::string_view frame) noexcept;
	/// Whether the first frame is none, but the beginning of a TLS handshake.

private:
	TlsRefusal(std::string theKind, std::string theReason);
};

} // namespace Bore

#endif // Bore_Server_TlsRefusal_INCLUDED
