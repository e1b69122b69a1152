//
// Descriptor.cpp
//

#include "Shared/Descriptor.h"

#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace Bore
{

Descriptor::Descriptor(int fd) noexcept
	: _fd(fd)
{
}

Descriptor::Descriptor(Descriptor&& other) noexcept
	: _fd(std::exchange(other._fd, -1))
{
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept
{
	Descriptor old(std::move(*this));
	_fd = std::exchange(other._fd, -1);
	return *this;
}

Descriptor::~Descriptor()
{
	if (_fd >= 0) ::close(_fd);
}

int Descriptor::release() noexcept
{
	return std::exchange(_fd, -1);
}

Descriptor Descriptor::checked(int fd, const char* call)
{
	if (fd < 0) throw std::system_error(errno, std::generic_category(), call);
	return Descriptor(fd);
}

} // namespace Bore
