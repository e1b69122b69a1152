//
// VisitorLog.h
//
// What is said of a visitor when it has gone.
//

#ifndef Bore_Server_VisitorLog_INCLUDED
#define Bore_Server_VisitorLog_INCLUDED

#include "Server/PendingVisitors.h"
#include "Shared/RelayReport.h"

#include <functional>

namespace Bore
{

[[nodiscard]] std::function<void(const RelayReport&)> visitorEnd(const Visitor& visitor);
/// Logs the end of the visitor's relay, one line. The function may be
/// called by any thread.

} // namespace Bore

#endif // Bore_Server_VisitorLog_INCLUDED
