//
// RelayReport.cpp
//

#include "Shared/RelayReport.h"

#include <Poco/Format.h>

namespace Bore
{

namespace
{

const char* name(RelayReport::Ending ending) noexcept
{
	switch (ending)
	{
	case RelayReport::Ending::Closed:
		return "closed";
	case RelayReport::Ending::Reset:
		return "reset";
	case RelayReport::Ending::TimedOut:
		return "timed out";
	case RelayReport::Ending::Aborted:
		return "aborted";
	case RelayReport::Ending::Failed:
		return "failed: out of memory";
	}
	return "";
}

} // namespace

std::string RelayReport::describe() const
{
	const double seconds = std::chrono::duration<double>(duration).count();
	return Poco::format("%Lu bytes up, %Lu down, %.3f s, %s", firstToSecond, secondToFirst, seconds,
		std::string(name(ending)));
}

} // namespace Bore
