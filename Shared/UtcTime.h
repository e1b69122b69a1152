//
// UtcTime.h
//
// A moment, as a user writes it.
//

#ifndef Bore_Shared_UtcTime_INCLUDED
#define Bore_Shared_UtcTime_INCLUDED

#include <chrono>
#include <string>

namespace Bore
{

[[nodiscard]] std::chrono::system_clock::time_point parseTime(const std::string& text);
/// "2026-12-31" (the first moment of that day in UTC), "2026-12-31T18:00Z" or
/// "2026-12-31T18:00:00Z" (ISO 8601), from the year 1970 on. Throws
/// std::invalid_argument with one line for the user. Any thread.

} // namespace Bore

#endif // Bore_Shared_UtcTime_INCLUDED
