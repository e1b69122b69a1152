//
// ProxyHeaderReader.cpp
//

#include "Server/ProxyHeaderReader.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <sys/socket.h>
#include <utility>

namespace Bore
{

ProxyHeader::Status ProxyHeaderReader::read(int socket)
{
	for (;;)
	{
		// First looked at, and then taken as far as it is the header's: at
		// what is taken whole the Watch would not wake again.
		std::array<char, 512> some; // NOLINT(cppcoreguidelines-pro-type-member-init): only written
		const auto seen = ::recv(socket, some.data(), some.size(), MSG_PEEK | MSG_DONTWAIT);
		if (seen == 0) return fail("it ends before its end");
		if (seen < 0 && errno == EINTR) continue;
		if (seen < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? Status::Incomplete
														   : fail("the connection was reset before its end");

		const std::size_t before = _bytes.size();
		_bytes.append(some.data(), static_cast<std::size_t>(seen));
		auto parsed = ProxyHeader::parse(_bytes);
		if (parsed.status == Status::Complete) _bytes.resize(parsed.size);
		const std::size_t own = _bytes.size() - before;
		if (::recv(socket, some.data(), own, MSG_DONTWAIT) != static_cast<ssize_t>(own))
			return fail("the connection was reset before its end");
		if (parsed.status == Status::Incomplete) continue;
		_header = std::move(parsed.header);
		_fault = std::move(parsed.fault);
		return parsed.status;
	}
}

ProxyHeader::Status ProxyHeaderReader::fail(const char* fault)
{
	_fault = fault;
	return Status::Malformed;
}

} // namespace Bore
