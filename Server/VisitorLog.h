//
// VisitorLog.h
//
// What is said of a visitor when it has gone.
//

#ifndef Bore_Server_VisitorLog_INCLUDED
#define Bore_Server_VisitorLog_INCLUDED

#include "Server/PendingVisitors.h"
#include "Shared/RelayReport.h"

#include <cstdint>
#include <functional>

namespace Bore
{

[[nodiscard]] std::function<void(const RelayReport&)> visitorEnd(
	const Visitor& visitor, std::uint64_t carried = 0);
/// Logs the end of the visitor's relay, one line, in the access log, too,
/// and holds its places in the limits until then. Bytes of the visitor that
/// were carried to the client before the relay began count as well. The
/// function may be called by any thread.

} // namespace Bore

#endif // Bore_Server_VisitorLog_INCLUDED
