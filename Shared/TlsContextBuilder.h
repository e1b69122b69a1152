//
// TlsContextBuilder.h
//
// POCO's TLS context, as these programs want it.
//

#ifndef Bore_Shared_TlsContextBuilder_INCLUDED
#define Bore_Shared_TlsContextBuilder_INCLUDED

#include "Shared/FilePermissions.h"

#include <Poco/Net/Context.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace Bore
{

class TlsContextException : public std::runtime_error
/// A part of a TLS context is no good: one line for the user, with the mend.
{
public:
	enum class Part
	{
		Certificate,
		Key,
		Authorities,
		Ciphers
	};

	TlsContextException(Part part, const std::string& text)
		: std::runtime_error(text)
		, _part(part)
	{
	}

	[[nodiscard]] Part part() const noexcept { return _part; }

private:
	Part _part;
};

class TlsContextBuilder
/// Makes a Poco::Net::Context: TLS 1.2 and later with forward secrecy alone, no
/// renegotiation, no compression, the curves that are quick, keys of at least
/// 112 bits of security (OpenSSL's level 2), and the modes that a TlsStream
/// needs. Peers are verified by OpenSSL itself, without POCO's handlers: what
/// is not good ends the handshake. For one thread; the context may be used by
/// any, also while others use it.
{
public:
	explicit TlsContextBuilder(Poco::Net::Context::Usage usage);
	/// Throws Poco::Exception without memory.

	void identify(const std::string& certificateFile, const std::string& keyFile, Permissions permissions);
	/// Shows the peer this certificate: in PEM, perhaps with the chain to its
	/// authority behind it. Throws TlsContextException where a file cannot be
	/// read, or is open to others and must not be, where the key is not that of
	/// the certificate, or either too weak.

	void trust(const std::string& file);
	/// Peers may have their certificates from these authorities, in PEM.
	/// Throws TlsContextException.

	void trustSystem();
	/// Likewise from those that this machine trusts.

	void verifyPeer(bool required);
	/// A peer is asked for a certificate, and refused without a good one; or,
	/// if not required, none is asked for, and none looked at. The latter is the default.

	void expectVersion13();
	/// At least TLS 1.3 in place of 1.2.

	void useCiphers(const std::string& list);
	/// OpenSSL's names with colons between them; those that begin with TLS_ are
	/// of TLS 1.3, the others of TLS 1.2, and where there are none of a version
	/// its own stay. Throws TlsContextException.

	[[nodiscard]] const Poco::Net::Context::Ptr& context() const noexcept { return _context; }

	[[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return _warnings; }
	/// What is wrong with the certificate now, though it may be right at
	/// another time: that it has expired, or is not valid yet. For the log, a line each.

private:
	[[nodiscard]] SSL_CTX* native() const noexcept { return _context->sslContext(); }

	Poco::Net::Context::Ptr _context;
	std::vector<std::string> _warnings;
};

} // namespace Bore

#endif // Bore_Shared_TlsContextBuilder_INCLUDED
