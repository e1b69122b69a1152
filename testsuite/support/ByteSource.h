//
// ByteSource.h
//
// Large transfers that are checked byte for byte without being kept.
//

#ifndef Bore_Test_ByteSource_INCLUDED
#define Bore_Test_ByteSource_INCLUDED

#include <cstddef>
#include <cstdint>
#include <string>

namespace Bore::Test
{

class ByteSource
/// An endless stream of pseudo-random bytes, the same for the same seed.
/// For one thread at a time.
{
public:
	explicit ByteSource(std::uint64_t seed);

	void fill(char* buffer, std::size_t size);
	/// Writes the next bytes of the stream.

	[[nodiscard]] std::string next(std::size_t size);
	/// The next bytes of the stream.

private:
	std::uint64_t _state;
	std::uint64_t _word = 0;
	unsigned _bytesLeftInWord = 0;
};

class ByteCheck
/// Compares what is received with the ByteSource of the same seed.
/// For one thread at a time.
{
public:
	explicit ByteCheck(std::uint64_t seed);

	void take(const char* data, std::size_t size);
	/// Fails the test, naming the offset, at the first byte that differs.

	[[nodiscard]] std::uint64_t count() const noexcept { return _count; }
	/// How many bytes were taken, all of them right.

private:
	ByteSource _expected;
	std::string _buffer;
	std::uint64_t _count = 0;
};

} // namespace Bore::Test

#endif // Bore_Test_ByteSource_INCLUDED
