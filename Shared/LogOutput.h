//
// LogOutput.h
//
// From a configuration to a stream of lines.
//

#ifndef Bore_Shared_LogOutput_INCLUDED
#define Bore_Shared_LogOutput_INCLUDED

#include "Shared/LogConfig.h"
#include "Shared/QueueChannel.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>

namespace Bore
{

[[nodiscard]] Poco::AutoPtr<QueueChannel> openLog(const LogOutputConfig& config);
/// For the messages of loggers: time, level and component are put ahead of
/// each, but for what the target adds itself. What is lost is said among
/// them. Throws RoleFailure if the file cannot be opened; the target is not Off.

[[nodiscard]] Poco::AutoPtr<QueueChannel> openLines(const LogOutputConfig& config);
/// For lines that are complete as they are: written as they come. What is
/// lost is said in the log. Otherwise the same.

} // namespace Bore

#endif // Bore_Shared_LogOutput_INCLUDED
