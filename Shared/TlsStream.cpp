//
// TlsStream.cpp
//

#include "Shared/TlsStream.h"

#include "Shared/LogText.h"
#include "Shared/ProtocolException.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <sys/socket.h>
#include <utility>

namespace Bore
{

namespace
{

// By one call: a peer may send without end what gives no byte to anybody (KeyUpdate, RFC 8446, 4.6.3).
constexpr std::size_t MOST_READ_BYTES = 256UL * 1024;

constexpr int BOTH_WAYS = SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN;

template <typename T>
T* checked(T* made)
{
	if (made == nullptr) throw std::bad_alloc(); // the only way in which OpenSSL fails here
	return made;
}

} // namespace

void TlsStream::Free::operator()(SSL* ssl) const noexcept
{
	// OpenSSL takes a connection that nobody has shut down for a broken one,
	// and its session for one that must not be resumed.
	::SSL_set_shutdown(ssl, BOTH_WAYS);
	::SSL_free(ssl);
}

TlsStream::TlsStream(const Poco::Net::StreamSocket& plain, Poco::Net::Context::Ptr context)
	: _plain(plain)
	, _context(std::move(context))
	, _ssl(checked(::SSL_new(_context->sslContext())))
{
	BIO* const bio = checked(::BIO_new(transport()));
	::BIO_set_data(bio, this);
	::SSL_set_bio(_ssl.get(), bio, bio);
	if (_context->isForServerUse())
		::SSL_set_accept_state(_ssl.get());
	else
		::SSL_set_connect_state(_ssl.get());
	SSL_set_app_data(_ssl.get(), this);
	::SSL_set_verify(_ssl.get(), ::SSL_get_verify_mode(_ssl.get()), judged);
	reset(_plain.impl()->sockfd());
}

TlsStream::~TlsStream()
{
	// Who lets go of the last handle need not be who closed it. POCO's count of handles puts
	// the two in order, but only the lock is seen by what checks that (a thread sanitizer).
	const std::lock_guard<std::mutex> lock(_mutex);
	_ssl.reset();
	reset(); // the descriptor is the plain socket's
}

TlsStream* TlsStream::of(const Poco::Net::StreamSocket& socket) noexcept
{
	// Nothing else in these programs is secure() to POCO.
	auto* impl = socket.impl();
	return impl->secure() ? static_cast<TlsStream*>(impl) : nullptr;
}

void TlsStream::expectName(const std::string& name)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	auto* const parameters = ::SSL_get0_param(_ssl.get());
	Poco::Net::IPAddress address;
	// Without the check any name would do: rather no connection.
	const auto demand = [&name](long done)
	{
		if (done != 1)
			throw TlsException("\"" + escapeForLog(name) + "\" is no name that a certificate can have");
	};
	if (Poco::Net::IPAddress::tryParse(name, address))
	{
		// Its bytes: OpenSSL does not know all ways to write one.
		demand(::X509_VERIFY_PARAM_set1_ip(parameters, static_cast<const unsigned char*>(address.addr()),
			static_cast<std::size_t>(address.length())));
		return;
	}
	::SSL_set_hostflags(_ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	demand(::SSL_set1_host(_ssl.get(), name.c_str()));
	demand(SSL_set_tlsext_host_name(_ssl.get(), name.c_str()));
}

void TlsStream::offer(SSL_SESSION* session) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	::SSL_set_session(_ssl.get(), session);
}

Io TlsStream::shakeHands() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (!_ssl || _readFailed || _writeFailed) return Io::Failed;
	_mayRead = MOST_READ_BYTES;
	::ERR_clear_error();
	const int result = ::SSL_do_handshake(_ssl.get());
	return result == 1 ? Io::Moved : reasonFor(result, _readFailed);
}

IoResult TlsStream::receive(char* data, std::size_t size) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_mayRead = MOST_READ_BYTES;
	std::size_t done = 0;
	while (done < size)
	{
		if (!_ssl || _readFailed) break;
		std::size_t got = 0;
		::ERR_clear_error();
		const int result = ::SSL_read_ex(_ssl.get(), data + done, size - done, &got);
		done += got;
		if (result == 1) continue;
		const Io reason = reasonFor(result, _readFailed);
		if (done == 0 && reason != Io::Failed) return {reason};
		// Only now is it right to wait for the socket. An end, or what else
		// stopped it, is met again by the next call.
		if (reason == Io::WantsRead) return {Io::Moved, done, false};
		break;
	}
	if (done > 0) return {Io::Moved, done, true};
	return {Io::Failed, 0, false, _error};
}

IoResult TlsStream::send(const char* data, std::size_t size) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_mayRead = MOST_READ_BYTES;
	std::size_t done = 0;
	while (done < size)
	{
		if (!_ssl || _writeFailed) break;
		std::size_t sent = 0;
		// Each record is a send(2): only with the last does the kernel close a segment that is not full.
		_moreFollows = size - done > SSL3_RT_MAX_PLAIN_LENGTH;
		::ERR_clear_error();
		const int result = ::SSL_write_ex(_ssl.get(), data + done, size - done, &sent);
		_moreFollows = false;
		done += sent;
		if (result == 1) continue;
		const Io reason = reasonFor(result, _writeFailed);
		if (done == 0 && reason != Io::Failed) return {reason};
		break;
	}
	if (done > 0) return {Io::Moved, done};
	return {Io::Failed, 0, false, _error};
}

Io TlsStream::endSending() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (!_ssl) return Io::Failed;
	_mayRead = MOST_READ_BYTES;
	// Once it is sent, another SSL_shutdown() would read.
	if (!std::exchange(_endSent, true) && !_writeFailed && ::SSL_is_init_finished(_ssl.get()) != 0)
	{
		_moreFollows = true; // the end of the stream below, in the same segment
		::ERR_clear_error();
		const int result = ::SSL_shutdown(_ssl.get());
		_moreFollows = false;
		if (result < 0 && reasonFor(result, _writeFailed) == Io::WantsWrite)
		{
			_endSent = false;
			return Io::WantsWrite;
		}
	}
	::shutdown(sockfd(), SHUT_WR); // fails on one that was reset
	return _writeFailed ? Io::Failed : Io::Moved;
}

bool TlsStream::hasBuffered() const noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _ssl && ::SSL_has_pending(_ssl.get()) != 0;
}

TlsFailure TlsStream::failure() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _failure;
}

std::optional<unsigned char> TlsStream::firstByte() const noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _firstByte;
}

std::optional<Poco::Net::X509Certificate> TlsStream::peerCertificate() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (_refused) return Poco::Net::X509Certificate(_refused.get(), true);
	X509* const certificate = _ssl ? SSL_get_peer_certificate(_ssl.get()) : nullptr;
	if (certificate == nullptr) return std::nullopt;
	return Poco::Net::X509Certificate(certificate);
}

bool TlsStream::isResumed() const noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _ssl && ::SSL_session_reused(_ssl.get()) != 0;
}

const char* TlsStream::version() const noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _ssl ? ::SSL_get_version(_ssl.get()) : "closed";
}

void TlsStream::close()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_ssl.reset();
	reset();
	_plain.close();
}

int TlsStream::sendBytes(const void*, int, int)
{
	throw Poco::InvalidAccessException("a TLS connection is sent to by sendSome()");
}

int TlsStream::receiveBytes(void*, int, int)
{
	throw Poco::InvalidAccessException("a TLS connection is received from by receiveSome()");
}

Io TlsStream::reasonFor(int result, bool& direction) noexcept
{
	switch (::SSL_get_error(_ssl.get(), result))
	{
	case SSL_ERROR_WANT_READ:
		return Io::WantsRead;
	case SSL_ERROR_WANT_WRITE:
		return Io::WantsWrite;
	case SSL_ERROR_ZERO_RETURN:
		if (&direction == &_readFailed) return Io::Ended;
		// Once the peer has ended its stream OpenSSL says so of a failed write, too.
		[[fallthrough]];
	case SSL_ERROR_SYSCALL:
		// It befell one direction: the other may still give what the peer sent
		// before, or take what is left to be said.
		direction = true;
		if (_endBelow && _error == 0) return fail({TlsFailure::Kind::Truncated});
		return fail({TlsFailure::Kind::System, _error == 0 ? EPROTO : _error});
	default:
		_readFailed = _writeFailed = true;
		try
		{
			return fail(TlsFailure::of(_ssl.get()));
		}
		catch (const std::bad_alloc&)
		{
			return fail({TlsFailure::Kind::Protocol});
		}
	}
}

Io TlsStream::fail(TlsFailure failure) noexcept
{
	if (_failure.kind == TlsFailure::Kind::None) _failure = std::move(failure);
	return Io::Failed;
}

int TlsStream::judged(int good, X509_STORE_CTX* chain) noexcept
{
	// OpenSSL keeps no certificate that it has refused.
	if (good != 0) return good;
	auto* const ssl =
		static_cast<SSL*>(::X509_STORE_CTX_get_ex_data(chain, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
	auto& self = *static_cast<TlsStream*>(SSL_get_app_data(ssl));
	X509* const certificate = ::X509_STORE_CTX_get0_cert(chain);
	if (certificate != nullptr && ::X509_up_ref(certificate) == 1) self._refused.reset(certificate);
	return good;
}

const BIO_METHOD* TlsStream::transport()
{
	// Never freed: OpenSSL's own end comes after that of statics.
	static const BIO_METHOD* const method = []
	{
		BIO_METHOD* const made =
			checked(::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bore"));
		::BIO_meth_set_read(made, readBelow);
		::BIO_meth_set_write(made, writeBelow);
		::BIO_meth_set_ctrl(made, controlBelow);
		return made;
	}();
	return method;
}

int TlsStream::readBelow(BIO* bio, char* data, int size) noexcept
{
	auto& self = *static_cast<TlsStream*>(::BIO_get_data(bio));
	BIO_clear_retry_flags(bio);
	self._error = 0;
	if (self._mayRead == 0)
	{
		// The socket is still readable: who waits for it comes back at once.
		BIO_set_retry_read(bio);
		return -1;
	}
	const auto wanted = std::min(static_cast<std::size_t>(size), self._mayRead);
	ssize_t got = 0;
	do got = ::recv(self.sockfd(), data, wanted, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got > 0) self._mayRead -= static_cast<std::size_t>(got);
	if (got > 0 && !self._firstByte) self._firstByte = static_cast<unsigned char>(*data);
	if (got == 0) self._endBelow = true;
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_read(bio);
	else if (got < 0)
		self._error = errno;
	return static_cast<int>(got);
}

int TlsStream::writeBelow(BIO* bio, const char* data, int size) noexcept
{
	auto& self = *static_cast<TlsStream*>(::BIO_get_data(bio));
	BIO_clear_retry_flags(bio);
	self._error = 0;
	ssize_t sent = 0;
	const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (self._moreFollows ? MSG_MORE : 0);
	do sent = ::send(self.sockfd(), data, static_cast<std::size_t>(size), flags);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_write(bio);
	else if (sent < 0)
		self._error = errno;
	return static_cast<int>(sent);
}

long TlsStream::controlBelow(BIO*, int command, long, void*) noexcept
{
	// Not BIO_CTRL_EOF: OpenSSL would take the end of the stream for a fault
	// of both directions, and what is left to be said could not be sent.
	return command == BIO_CTRL_FLUSH ? 1 : 0;
}

} // namespace Bore
