//
// Pipe.cpp
//

#include "Shared/Pipe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <new>
#include <unistd.h>
#include <utility>

namespace Bore
{

namespace
{

constexpr unsigned FLAGS = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

ssize_t move(int from, int to, std::size_t size) noexcept
{
	ssize_t moved = 0;
	do moved = ::splice(from, nullptr, to, nullptr, size, FLAGS);
	while (moved < 0 && errno == EINTR);
	return moved;
}

} // namespace

std::unique_ptr<Pipe> Pipe::open() noexcept
{
	std::array<int, 2> ends{};
	if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return nullptr;
	Descriptor reader(ends[0]);
	Descriptor writer(ends[1]);
	if (::fcntl(writer.get(), F_SETPIPE_SZ, static_cast<int>(CAPACITY_BYTES)) < 0) return nullptr;
	return std::unique_ptr<Pipe>(new (std::nothrow) Pipe(std::move(reader), std::move(writer)));
}

Pipe::Pipe(Descriptor reader, Descriptor writer) noexcept
	: _reader(std::move(reader))
	, _writer(std::move(writer))
{
}

Pipe::Outcome Pipe::fill(int socket, std::size_t limit) noexcept
{
	const auto moved = move(socket, _writer.get(), std::min(limit, CAPACITY_BYTES));
	if (moved == 0) return Outcome::Ended;
	if (moved < 0) return errno == EAGAIN ? Outcome::WouldBlock : Outcome::Failed;
	_held += static_cast<std::size_t>(moved);
	return Outcome::Moved;
}

Pipe::Outcome Pipe::drain(int socket) noexcept
{
	const auto moved = move(_reader.get(), socket, _held);
	if (moved <= 0) return moved < 0 && errno == EAGAIN ? Outcome::WouldBlock : Outcome::Failed;
	_held -= static_cast<std::size_t>(moved);
	return Outcome::Moved;
}

} // namespace Bore
