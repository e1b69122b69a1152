//
// PipeStock.h
//
// The pipes of a process.
//

#ifndef Bore_Shared_PipeStock_INCLUDED
#define Bore_Shared_PipeStock_INCLUDED

#include "Shared/Pipe.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace Bore
{

class PipeStock
/// Lends pipes to directions that move in bulk, at most so many at a time,
/// since a pipe takes two descriptors and up to 256 KiB of kernel memory
/// that counts against its user. All methods may be called by any thread.
{
public:
	explicit PipeStock(std::size_t limit) noexcept;
	/// 0: no pipes at all, everything is copied.

	PipeStock(const PipeStock&) = delete;
	PipeStock& operator=(const PipeStock&) = delete;

	[[nodiscard]] std::unique_ptr<Pipe> borrow() noexcept;
	/// Null if all are lent, or the system has none to give.

	void giveBack(std::unique_ptr<Pipe> pipe) noexcept;
	/// An empty pipe is kept for the next; one that still holds bytes is closed.

	[[nodiscard]] std::size_t lent() const;

private:
	static constexpr std::size_t KEPT = 4; /// idle ones: a few, the kernel's memory is not ours to hoard

	const std::size_t _limit;

	mutable std::mutex _mutex; // guards what follows
	std::vector<std::unique_ptr<Pipe>> _idle;
	std::size_t _lent = 0;
};

} // namespace Bore

#endif // Bore_Shared_PipeStock_INCLUDED
