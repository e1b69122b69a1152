//
// Rest.h
//
// Bytes received but not yet sent on.
//

#ifndef Bore_Shared_Rest_INCLUDED
#define Bore_Shared_Rest_INCLUDED

#include <cstddef>
#include <cstdint>
#include <memory>

namespace Bore
{

class Rest
/// What a direction has taken from its source and its sink has not taken
/// yet. Exactly as large as its bytes; without any, two words. Counted in
/// a total of the process, which bounds how much new relays may take up.
/// Used by the one thread that runs the relay; total() by any.
{
public:
	Rest() noexcept = default;
	Rest(const Rest&) = delete;
	Rest& operator=(const Rest&) = delete;
	~Rest();

	void keep(const char* data, std::size_t size);
	/// Holds a copy of the bytes. Only while empty. Throws std::bad_alloc.

	void drop(std::size_t size) noexcept;
	/// Lets go of the first bytes.

	void clear() noexcept;
	/// Lets go of all.

	[[nodiscard]] bool empty() const noexcept { return _begin == _end; }
	[[nodiscard]] std::size_t size() const noexcept { return _end - _begin; }
	[[nodiscard]] const char* data() const noexcept { return _bytes.get() + _begin; }

	[[nodiscard]] static std::size_t total() noexcept;
	/// The bytes of memory that all rests of the process hold together.

private:
	std::unique_ptr<char[]> _bytes; // _end bytes
	std::uint32_t _begin = 0;
	std::uint32_t _end = 0;
};

} // namespace Bore

#endif // Bore_Shared_Rest_INCLUDED
