//
// Watched.h
//
// What can wait in the Watch.
//

#ifndef Bore_Shared_Watched_INCLUDED
#define Bore_Shared_Watched_INCLUDED

#include <array>
#include <cstdint>

namespace Bore
{

class Workers;

struct Wake
/// Why something was taken out of the Watch.
{
	bool expired = false;                  /// its deadline passed
	std::array<std::uint32_t, 2> events{}; /// per side: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR
};

class Watched
/// Something that waits in the Watch for its sockets or its deadline. It
/// keeps its sockets open at least until it is resumed: the Watch holds a
/// reference to it, and through it to them.
{
public:
	virtual ~Watched() = default;

	virtual void resume(const Wake& wake) noexcept = 0;
	/// Goes on, on a thread of its pool; at most one thread runs it at a time.

	[[nodiscard]] virtual Workers& pool(Workers& usual) noexcept { return usual; }
	/// The pool it goes on in, where that is not the Watch's usual one.
};

} // namespace Bore

#endif // Bore_Shared_Watched_INCLUDED
