//
// TlsTransport.h
//
// What lies below TLS: the socket.
//

#ifndef Bore_Shared_TlsTransport_INCLUDED
#define Bore_Shared_TlsTransport_INCLUDED

#include <openssl/bio.h>

#include <cstddef>
#include <optional>

namespace Bore
{

class TlsTransport
/// Receives and sends for OpenSSL, by a BIO of its own: recv(2) and send(2)
/// with MSG_DONTWAIT, whatever mode the descriptor is in. For one thread at
/// a time.
{
public:
	explicit TlsTransport(int descriptor) noexcept;
	/// Which stays its owner's, and open as long as this is used.

	TlsTransport(const TlsTransport&) = delete;
	TlsTransport& operator=(const TlsTransport&) = delete;

	[[nodiscard]] BIO* makeBio();
	/// A BIO that works by this one, which must outlive it. The caller owns
	/// it. Throws std::bad_alloc.

	void beginCall() noexcept;
	/// Before each call of OpenSSL's that may receive. By one, 256 KiB at
	/// most are received: a peer may send without end what gives no byte to
	/// anybody (KeyUpdate, RFC 8446, 4.6.3).

	void setMoreFollows(bool moreFollows) noexcept { _moreFollows = moreFollows; }
	/// While set, what is sent need not fill a segment: more comes at once.

	[[nodiscard]] int error() const noexcept { return _error; }
	/// The errno of the last call below, 0 if it did not fail.

	[[nodiscard]] bool hasEnded() const noexcept { return _hasEnded; }
	/// Whether the end of the stream below was read.

	[[nodiscard]] std::optional<unsigned char> firstByte() const noexcept { return _firstByte; }
	/// The first that the peer sent.

private:
	[[nodiscard]] static const BIO_METHOD* method();
	static int read(BIO* bio, char* data, int size) noexcept;
	static int write(BIO* bio, const char* data, int size) noexcept;
	static long control(BIO* bio, int command, long number, void* pointer) noexcept;

	const int _descriptor;
	int _error = 0;
	bool _hasEnded = false;
	bool _moreFollows = false;
	std::size_t _mayRead = 0; // by the call that runs
	std::optional<unsigned char> _firstByte;
};

} // namespace Bore

#endif // Bore_Shared_TlsTransport_INCLUDED
