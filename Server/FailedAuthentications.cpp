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

bool FailedAuthentications::refuses(const std::string& address)
{
	return _refused.count(address) > 0;
}

Duration FailedAuthentications::add(const std::string& address)
{
	const auto count = _failures.add(address);
	if (_refuseAfter > 0 && count >= _refuseAfter) _refused.add(address);
	return _delayAfter > 0 && count >= _delayAfter ? Duration(DELAY) : Duration::zero();
}

std::size_t FailedAuthentications::count(const std::string& address)
{
	return _failures.count(address);
}

} // namespace Bore
