//
// TlsSessions.cpp
//

#include "Client/TlsSessions.h"

#include <new>

namespace Bore
{

void TlsSessions::attach(SSL_CTX* context) noexcept
{
	// OpenSSL's own store would find none: it looks by what a server sends.
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_set_app_data(context, this);
	::SSL_CTX_sess_set_new_cb(context, taken);
}

TlsSessions::Session TlsSessions::latest() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _latest;
}

void TlsSessions::forget() noexcept
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_latest.reset();
}

int TlsSessions::taken(SSL* ssl, SSL_SESSION* session) noexcept
{
	auto* const self = static_cast<TlsSessions*>(SSL_CTX_get_app_data(::SSL_get_SSL_CTX(ssl)));
	try
	{
		Session owned(session, ::SSL_SESSION_free);
		const std::lock_guard<std::mutex> lock(self->_mutex);
		self->_latest.swap(owned);
	}
	catch (const std::bad_alloc&)
	{
		// It has been freed: the next connection begins anew.
	}
	return 1; // it is ours
}

} // namespace Bore
