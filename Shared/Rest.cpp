//
// Rest.cpp
//

#include "Shared/Rest.h"

#include <Poco/Bugcheck.h>

#include <atomic>
#include <cstring>

namespace Bore
{

namespace
{

std::atomic<std::size_t> held{0};

} // namespace

Rest::~Rest()
{
	clear();
}

void Rest::keep(const char* data, std::size_t size)
{
	poco_assert(empty());
	clear();
	if (size == 0) return;
	_bytes.reset(new char[size]); // not make_unique: it would zero what is overwritten at once
	std::memcpy(_bytes.get(), data, size);
	_end = static_cast<std::uint32_t>(size);
	held += size;
}

void Rest::drop(std::size_t size) noexcept
{
	_begin += static_cast<std::uint32_t>(size);
	if (empty()) clear();
}

void Rest::clear() noexcept
{
	held -= _end;
	_bytes.reset();
	_begin = _end = 0;
}

std::size_t Rest::total() noexcept
{
	return held;
}

} // namespace Bore
