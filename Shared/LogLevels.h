//
// LogLevels.h
//
// The names of levels and components.
//

#ifndef Bore_Shared_LogLevels_INCLUDED
#define Bore_Shared_LogLevels_INCLUDED

#include "Shared/LogConfig.h"

#include <string>
#include <vector>

namespace Bore
{

[[nodiscard]] const std::vector<std::string>& logLevelNames();
/// From "fatal" to "trace".

[[nodiscard]] Poco::Message::Priority logLevelFrom(const std::string& name);
/// The name is one of logLevelNames().

[[nodiscard]] const std::string& logLevelName(Poco::Message::Priority level);

[[nodiscard]] const std::vector<std::string>& logComponents();
/// Every component, as log.levels names it: its logger's name without "bore.".

[[nodiscard]] LogConfig::Levels logLevelsFrom(const std::string& list);
/// "server.tunnel:debug, relay:warning" by loggers' names, the general ones
/// ahead of those below them. Throws std::invalid_argument, which says what
/// is wrong and what may have been meant.

} // namespace Bore

#endif // Bore_Shared_LogLevels_INCLUDED
