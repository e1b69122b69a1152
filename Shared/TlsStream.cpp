//
// TlsStream.cpp
//

#include "Shared/TlsStream.h"

#include "Shared/LogText.h"
#include "Shared/ProtocolException.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <new>
#include <sys/socket.h>
#include <utility>

namespace Bore
{

namespace
{

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
	, _below(_plain.impl()->sockfd())
	, _ssl(checked(::SSL_new(_context->sslContext())))
{
	BIO* const bio = _below.makeBio();
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
	_below.beginCall();
	::ERR_clear_error();
	const int result = ::SSL_do_handshake(_ssl.get());
	return result == 1 ? Io::Moved : reasonFor(result, _readFailed);
}

IoResult TlsStream::receive(char* data, std::size_t size) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_below.beginCall();
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
	return {Io::Failed, 0, false, _below.error()};
}

IoResult TlsStream::send(const char* data, std::size_t size) noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_below.beginCall();
	std::size_t done = 0;
	while (done < size)
	{
		if (!_ssl || _writeFailed) break;
		std::size_t sent = 0;
		// Each record is a send(2): only with the last does the kernel close a segment that is not full.
		_below.setMoreFollows(size - done > SSL3_RT_MAX_PLAIN_LENGTH);
		::ERR_clear_error();
		const int result = ::SSL_write_ex(_ssl.get(), data + done, size - done, &sent);
		_below.setMoreFollows(false);
		done += sent;
		if (result == 1) continue;
		const Io reason = reasonFor(result, _writeFailed);
		if (done == 0 && reason != Io::Failed) return {reason};
		break;
	}
	if (done > 0) return {Io::Moved, done};
	return {Io::Failed, 0, false, _below.error()};
}

Io TlsStream::endSending() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	if (!_ssl) return Io::Failed;
	_below.beginCall();
	// Once it is sent, another SSL_shutdown() would read.
	if (!std::exchange(_endSent, true) && !_writeFailed && ::SSL_is_init_finished(_ssl.get()) != 0)
	{
		_below.setMoreFollows(true); // the end of the stream below, in the same segment
		::ERR_clear_error();
		const int result = ::SSL_shutdown(_ssl.get());
		_below.setMoreFollows(false);
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
	return _below.firstByte();
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
		if (_below.hasEnded() && _below.error() == 0) return fail({TlsFailure::Kind::Truncated});
		return fail({TlsFailure::Kind::System, _below.error() == 0 ? EPROTO : _below.error()});
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

} // namespace Bore
