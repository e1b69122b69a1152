//
// TlsSessions.h
//
// What a TLS connection leaves for the next one.
//

#ifndef Bore_Client_TlsSessions_INCLUDED
#define Bore_Client_TlsSessions_INCLUDED

#include <openssl/ssl.h>

#include <memory>
#include <mutex>

namespace Bore
{

class TlsSessions
/// Keeps the latest session that a server gave: by it the next connection
/// does without certificates and signatures (RFC 8446, 2.2). In TLS 1.3 it comes
/// behind the handshake, with the first bytes that are received. There are
/// no early data. All methods may be called by any thread.
{
public:
	using Session = std::shared_ptr<SSL_SESSION>;

	TlsSessions() = default;
	TlsSessions(const TlsSessions&) = delete;
	TlsSessions& operator=(const TlsSessions&) = delete;

	void attach(SSL_CTX* context) noexcept;
	/// Takes the sessions of that context's connections from now on. This
	/// must outlive them all, and the context be that of no other.

	[[nodiscard]] Session latest() const;
	/// Null if there was none yet.

	void forget() noexcept;
	/// Has the next connection begin anew.

private:
	static int taken(SSL* ssl, SSL_SESSION* session) noexcept;

	mutable std::mutex _mutex; // guards what follows
	Session _latest;
};

} // namespace Bore

#endif // Bore_Client_TlsSessions_INCLUDED
