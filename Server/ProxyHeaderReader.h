//
// ProxyHeaderReader.h
//
// Reads a PROXY header, and nothing behind it.
//

#ifndef Bore_Server_ProxyHeaderReader_INCLUDED
#define Bore_Server_ProxyHeaderReader_INCLUDED

#include "Shared/ProxyHeader.h"

#include <string>

namespace Bore
{

class ProxyHeaderReader
/// Takes the header off a connection as it comes, in pieces of any size.
/// What follows it stays in the socket: frames, a visitor's bytes, or the
/// first message of TLS, for whoever reads on. One thread at a time.
{
public:
	using Status = ProxyHeader::Status;

	[[nodiscard]] Status read(int socket);
	/// What has come, without waiting: Incomplete means that the socket has
	/// been read until it would block. At the end of the stream, and after a
	/// reset, the header is malformed. Throws std::bad_alloc.

	[[nodiscard]] const ProxyHeader& header() const noexcept { return _header; }
	/// Once it is complete.

	[[nodiscard]] const std::string& fault() const noexcept { return _fault; }
	/// What is wrong with it, for a log, once it is malformed.

private:
	[[nodiscard]] Status fail(const char* fault);

	std::string _bytes; // of the header, so far
	ProxyHeader _header;
	std::string _fault;
};

} // namespace Bore

#endif // Bore_Server_ProxyHeaderReader_INCLUDED
