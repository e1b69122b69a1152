//
// FrameBuffer.cpp
//

#include "Shared/FrameBuffer.h"

#include "Shared/ProtocolException.h"

#include <cassert>
#include <cstring>

namespace Bore
{

void FrameBuffer::commit(std::size_t n) noexcept
{
	assert(n <= room());
	_used += n;
}

void FrameBuffer::append(const char* data, std::size_t n) noexcept
{
	assert(n <= room());
	std::memcpy(writable(), data, n);
	commit(n);
}

std::optional<std::string> FrameBuffer::next()
{
	const auto* end = static_cast<const char*>(std::memchr(_bytes.data(), '\0', _used));
	if (end == nullptr)
	{
		if (room() == 0) throw FrameTooLongException("the peer sent a frame of more than 256 bytes");
		return std::nullopt;
	}
	const auto size = static_cast<std::size_t>(end - _bytes.data());
	std::string frame(_bytes.data(), size);
	_used -= size + 1;
	std::memmove(_bytes.data(), end + 1, _used);
	return frame;
}

std::string FrameBuffer::takeRest()
{
	std::string rest(_bytes.data(), _used);
	_used = 0;
	return rest;
}

} // namespace Bore
