//
// FrameBufferFuzz.cpp
//
// Bytes in pieces of any size: the frames are those that a split at the
// NULs gives, and nothing is lost behind the last.
//

#include "Shared/FrameBuffer.h"
#include "Shared/ProtocolException.h"
#include "testsuite/fuzz/Fuzz.h"

#include <algorithm>
#include <string>

using namespace Bore;
using namespace Bore::Fuzz;

namespace
{

void expectFrame(std::string_view& expected, const std::string& frame)
{
	const auto end = expected.find('\0');
	require(end != std::string_view::npos, "a frame ends at a NUL");
	require(frame == expected.substr(0, end), "a frame is what stands before its NUL");
	require(end <= Protocol::MAX_FRAME_BYTES, "no frame is longer than allowed");
	expected.remove_prefix(end + 1);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	if (size == 0) return 0;
	const std::size_t most = data[0] + 1U; // bytes in a piece
	const auto stream = textOf(data + 1, size - 1);
	auto expected = stream;
	FrameBuffer buffer;
	std::size_t taken = 0;
	try
	{
		while (taken < stream.size())
		{
			const auto piece = stream.substr(taken, std::min(most, buffer.room()));
			require(!piece.empty(), "there is room once no frame is left");
			buffer.append(piece.data(), piece.size());
			taken += piece.size();
			while (const auto frame = buffer.next()) expectFrame(expected, *frame);
		}
	}
	catch (const FrameTooLongException&)
	{
		const auto end = std::min(expected.find('\0'), expected.size());
		require(end > Protocol::MAX_FRAME_BYTES, "only what is too long is refused for it");
		return 0;
	}
	require(buffer.takeRest() == expected, "what follows the last frame is handed out whole");
	return 0;
}
