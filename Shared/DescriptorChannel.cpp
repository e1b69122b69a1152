//
// DescriptorChannel.cpp
//

#include "Shared/DescriptorChannel.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace Bore
{

DescriptorChannel::DescriptorChannel(int descriptor) noexcept
	: _descriptor(descriptor)
{
}

void DescriptorChannel::log(const Poco::Message& msg)
{
	const std::string line = msg.getText() + "\n";
	for (std::size_t done = 0; done < line.size();)
	{
		const auto written = ::write(_descriptor, line.data() + done, line.size() - done);
		if (written > 0)
			done += static_cast<std::size_t>(written);
		else if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		{
			// Somebody who shares it has made it non-blocking.
			pollfd reader{_descriptor, POLLOUT, 0};
			::poll(&reader, 1, -1);
		}
		else if (written == 0 || errno != EINTR)
			throw std::system_error(written == 0 ? EIO : errno, std::generic_category(), "write");
	}
}

} // namespace Bore
