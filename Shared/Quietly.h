//
// Quietly.h
//
// What may fail without harm.
//

#ifndef Bore_Shared_Quietly_INCLUDED
#define Bore_Shared_Quietly_INCLUDED

#include <exception>
#include <utility>

namespace Bore
{

template <typename Step>
bool quietly(Step&& step) noexcept
/// Does something that nobody depends on, a log line, and goes on where it
/// throws: where memory has run out even a line cannot be written, and that
/// must not end a thread that may throw nothing. False if it threw. Any thread.
{
	try
	{
		std::forward<Step>(step)();
		return true;
	}
	catch (const std::exception&)
	{
		return false;
	}
}

} // namespace Bore

#endif // Bore_Shared_Quietly_INCLUDED
