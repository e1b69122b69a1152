//
// ByteSource.cpp
//

#include "testsuite/support/ByteSource.h"

#include <algorithm>
#include <cppunit/TestAssert.h>
#include <cstring>

namespace Bore::Test
{

namespace
{

std::uint64_t splitMix64(std::uint64_t& state)
{
	state += 0x9E3779B97F4A7C15U;
	std::uint64_t z = state;
	z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
	z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
	return z ^ (z >> 31U);
}

} // namespace

ByteSource::ByteSource(std::uint64_t seed)
	: _state(seed)
{
}

void ByteSource::fill(char* buffer, std::size_t size)
{
	while (size > 0)
	{
		if (_bytesLeftInWord == 0)
		{
			_word = splitMix64(_state);
			_bytesLeftInWord = sizeof(_word);
		}
		const std::size_t step = std::min<std::size_t>(size, _bytesLeftInWord);
		std::memcpy(buffer, reinterpret_cast<const char*>(&_word) + sizeof(_word) - _bytesLeftInWord, step);
		_bytesLeftInWord -= static_cast<unsigned>(step);
		buffer += step;
		size -= step;
	}
}

std::string ByteSource::next(std::size_t size)
{
	std::string bytes(size, '\0');
	fill(bytes.data(), size);
	return bytes;
}

ByteCheck::ByteCheck(std::uint64_t seed)
	: _expected(seed)
{
}

void ByteCheck::take(const char* data, std::size_t size)
{
	_buffer.resize(size);
	_expected.fill(_buffer.data(), size);
	const auto difference = std::mismatch(_buffer.begin(), _buffer.end(), data).first - _buffer.begin();
	const auto right = static_cast<std::size_t>(difference);
	_count += right;
	if (right != size)
		CPPUNIT_FAIL("the stream differs from what was sent at byte " + std::to_string(_count));
}

} // namespace Bore::Test
