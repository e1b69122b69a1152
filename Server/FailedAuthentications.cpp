//
// FailedAuthentications.cpp
//

#include "Server/FailedAuthentications.h"

namespace Bore
{

FailedAuthentications::FailedAuthentications(
	std::size_t delayAfter, std::size_t refuseAfter, const Clock& clock)
	: _delayAfter(delayAfter)
	, _refuseAfter(refuseAfter)
	, _failures(WINDOW, clock)
	, _refused(REFUSED_FOR, clock)
{
}

void FailedAuthentications::setLimits(std::size_t delayAfter, std::size_t refuseAfter) noexcept
{
	_delayAfter = delayAfter;
	_refuseAfter = refuseAfter;
}

bool FailedAuthentications::refuses(const std::string& address)
{
	return _refused.count(address) > 0;
}

Duration FailedAuthentications::add(const std::string& address)
{
	const auto count = _failures.add(address);
	const std::size_t refuseAfter = _refuseAfter;
	if (refuseAfter > 0 && count >= refuseAfter) _refused.add(address);
	const std::size_t delayAfter = _delayAfter;
	return delayAfter > 0 && count >= delayAfter ? Duration(DELAY) : Duration::zero();
}

std::size_t FailedAuthentications::count(const std::string& address)
{
	return _failures.count(address);
}

} // namespace Bore
