//
// SocketSource.h
//
// Where a StreamCopier reads from.
//

#ifndef Bore_Shared_SocketSource_INCLUDED
#define Bore_Shared_SocketSource_INCLUDED

#include "Shared/Endpoint.h"
#include "Shared/SocketSink.h"

#include <cstddef>
#include <streambuf>

namespace Bore
{

class SocketSource : public std::streambuf
/// A stream buffer without a buffer: each read is one receive, which does
/// not wait, straight into the reader's memory, and ends short where there
/// is nothing to read now, at the end of the stream, when the limit is
/// used up, or while the sink still owes what it took before: a direction
/// never holds more than it was once given.
///
/// To the istream all of these look like an end; the endpoint and ended()
/// say which it was.
{
public:
	SocketSource(Endpoint& from, const SocketSink& sink, std::size_t limit) noexcept;
	/// Gives at most `limit` bytes.

	[[nodiscard]] bool ended() const noexcept { return _ended; }
	/// True once the peer has ended its stream, or reset it (see the endpoint).

	[[nodiscard]] std::size_t taken() const noexcept { return _taken; }
	/// Bytes received so far.

protected:
	std::streamsize xsgetn(char* data, std::streamsize size) override;

private:
	Endpoint& _from;
	const SocketSink& _sink;
	std::size_t _limit;
	std::size_t _taken = 0;
	bool _ended = false;
};

} // namespace Bore

#endif // Bore_Shared_SocketSource_INCLUDED
