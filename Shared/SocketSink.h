//
// SocketSink.h
//
// Where a StreamCopier writes to.
//

#ifndef Bore_Shared_SocketSink_INCLUDED
#define Bore_Shared_SocketSink_INCLUDED

#include "Shared/Endpoint.h"
#include "Shared/Rest.h"

#include <cstddef>
#include <streambuf>

namespace Bore
{

class SocketSink : public std::streambuf
/// A stream buffer without a buffer: each write is one send, which does
/// not wait. What the socket does not take now is kept in the rest, so
/// that a write always succeeds; the source gives nothing while there is
/// one. Once the peer has reset, everything is dropped.
{
public:
	SocketSink(Endpoint& to, Rest& rest) noexcept;

	[[nodiscard]] bool owes() const noexcept { return !_rest.empty(); }
	/// True while there is an unsent rest.

	void pay();
	/// Sends what it can of the rest.

	[[nodiscard]] std::size_t sent() const noexcept { return _sent; }
	/// Bytes the socket has taken so far.

protected:
	std::streamsize xsputn(const char* data, std::streamsize size) override;
	/// Throws std::bad_alloc if a rest cannot be kept.

private:
	std::size_t send(const char* data, std::size_t size) noexcept;

	Endpoint& _to;
	Rest& _rest;
	std::size_t _sent = 0;
};

} // namespace Bore

#endif // Bore_Shared_SocketSink_INCLUDED
