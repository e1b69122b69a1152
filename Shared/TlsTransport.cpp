//
// TlsTransport.cpp
//

#include "Shared/TlsTransport.h"

#include <algorithm>
#include <cerrno>
#include <new>
#include <sys/socket.h>

namespace Bore
{

namespace
{

constexpr std::size_t MOST_READ_BYTES = 256UL * 1024;

template <typename T>
T* checked(T* made)
{
	if (made == nullptr) throw std::bad_alloc(); // the only way in which OpenSSL fails here
	return made;
}

} // namespace

TlsTransport::TlsTransport(int descriptor) noexcept
	: _descriptor(descriptor)
{
}

BIO* TlsTransport::makeBio()
{
	BIO* const bio = checked(::BIO_new(method()));
	::BIO_set_data(bio, this);
	return bio;
}

void TlsTransport::beginCall() noexcept
{
	_mayRead = MOST_READ_BYTES;
}

const BIO_METHOD* TlsTransport::method()
{
	// Never freed: OpenSSL's own end comes after that of statics.
	static const BIO_METHOD* const method = []
	{
		BIO_METHOD* const made =
			checked(::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bore"));
		::BIO_meth_set_read(made, read);
		::BIO_meth_set_write(made, write);
		::BIO_meth_set_ctrl(made, control);
		return made;
	}();
	return method;
}

int TlsTransport::read(BIO* bio, char* data, int size) noexcept
{
	auto& self = *static_cast<TlsTransport*>(::BIO_get_data(bio));
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
	do got = ::recv(self._descriptor, data, wanted, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got > 0) self._mayRead -= static_cast<std::size_t>(got);
	if (got > 0 && !self._firstByte) self._firstByte = static_cast<unsigned char>(*data);
	if (got == 0) self._hasEnded = true;
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_read(bio);
	else if (got < 0)
		self._error = errno;
	return static_cast<int>(got);
}

int TlsTransport::write(BIO* bio, const char* data, int size) noexcept
{
	auto& self = *static_cast<TlsTransport*>(::BIO_get_data(bio));
	BIO_clear_retry_flags(bio);
	self._error = 0;
	ssize_t sent = 0;
	const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (self._moreFollows ? MSG_MORE : 0);
	do sent = ::send(self._descriptor, data, static_cast<std::size_t>(size), flags);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		BIO_set_retry_write(bio);
	else if (sent < 0)
		self._error = errno;
	return static_cast<int>(sent);
}

long TlsTransport::control(BIO*, int command, long, void*) noexcept
{
	// Not BIO_CTRL_EOF: OpenSSL would take the end of the stream for a fault
	// of both directions, and what is left to be said could not be sent.
	return command == BIO_CTRL_FLUSH ? 1 : 0;
}

} // namespace Bore
