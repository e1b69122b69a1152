//
// TlsStream.h
//
// A connection that is carried by TLS.
//

#ifndef Bore_Shared_TlsStream_INCLUDED
#define Bore_Shared_TlsStream_INCLUDED

#include "Shared/StreamIo.h"
#include "Shared/TlsFailure.h"
#include "Shared/TlsTransport.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Net/X509Certificate.h>

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace Bore
{

class TlsStream : public Poco::Net::StreamSocketImpl
/// What a StreamSocket has behind it in place of POCO's plain
/// implementation, so that whoever is handed a StreamSocket works with both
/// (StreamIo). POCO's Context sets TLS up. Its own secure socket is not used: it tells
/// would-block by exceptions, which are dear where bytes move, takes an end
/// without close_notify for a clean one on a server, and half-closes by way
/// of the descriptor's mode.
///
/// Nothing here waits, whatever mode the descriptor is in (TlsTransport). Each direction ends by itself: after
/// a close_notify, or the end, of one the other goes on; an end without
/// close_notify is a failure. An SSL object is for one thread at a time: a
/// mutex sees to that, which is never held while anything blocks.
///
/// The descriptor stays that of the plain socket, which this one closes:
/// nobody else may.
{
public:
	TlsStream(const Poco::Net::StreamSocket& plain, Poco::Net::Context::Ptr context);
	/// The context says which side this is. Throws std::bad_alloc.

	TlsStream(const TlsStream&) = delete;
	TlsStream& operator=(const TlsStream&) = delete;
	~TlsStream() override;

	[[nodiscard]] static TlsStream* of(const Poco::Net::StreamSocket& socket) noexcept;
	/// Null for a plain socket.

	void expectName(const std::string& name);
	/// Of a client, before the handshake: the peer's certificate must be for
	/// that name or address (if the context verifies at all), and a name is
	/// sent along (SNI, RFC 6066).

	void offer(SSL_SESSION* session) noexcept;
	/// Of a client, before the handshake: a session that may be resumed.

	[[nodiscard]] Io shakeHands() noexcept;
	/// Goes on with the handshake; Moved: done.

	[[nodiscard]] IoResult receive(char* data, std::size_t size) noexcept;
	[[nodiscard]] IoResult send(const char* data, std::size_t size) noexcept;
	[[nodiscard]] Io endSending() noexcept;
	[[nodiscard]] bool hasBuffered() const noexcept;
	/// As in StreamIo. Receiving and sending before the end of the handshake go
	/// on with it.

	[[nodiscard]] TlsFailure failure() const;
	/// Why it Failed.

	[[nodiscard]] std::optional<unsigned char> firstByte() const noexcept;
	/// The first byte that the peer sent: a TLS peer begins with 0x16.

	[[nodiscard]] std::optional<Poco::Net::X509Certificate> peerCertificate() const;
	[[nodiscard]] bool isResumed() const noexcept;
	[[nodiscard]] const char* version() const noexcept;
	/// Of a connection whose handshake is done; the certificate also of one
	/// whose handshake failed because of it.

	[[nodiscard]] const Poco::Net::StreamSocket& plain() const noexcept { return _plain; }
	/// The connection below, for words in the clear before a handshake.

	void close() override;
	[[nodiscard]] bool secure() const override { return true; }
	int sendBytes(const void* buffer, int length, int flags) override;
	int receiveBytes(void* buffer, int length, int flags) override;
	/// Both throw: POCO's ways would wait, or send in the clear.

private:
	struct Free
	{
		void operator()(SSL* ssl) const noexcept;
	};

	[[nodiscard]] Io reasonFor(int result, bool& direction) noexcept;
	[[nodiscard]] Io fail(TlsFailure failure) noexcept;
	static int judged(int good, X509_STORE_CTX* chain) noexcept;

	Poco::Net::StreamSocket _plain;
	const Poco::Net::Context::Ptr _context;

	mutable std::mutex _mutex;                                                    // guards what follows
	TlsTransport _below;                                                          // outlives what follows
	std::unique_ptr<SSL, Free> _ssl;                                              // null once closed
	std::unique_ptr<X509, decltype(&::X509_free)> _refused{nullptr, ::X509_free}; // the peer's certificate
	TlsFailure _failure;
	bool _readFailed = false;
	bool _writeFailed = false;
	bool _endSent = false;
};

} // namespace Bore

#endif // Bore_Shared_TlsStream_INCLUDED
