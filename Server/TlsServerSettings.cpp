//
// TlsServerSettings.cpp
//

#include "Server/TlsServerSettings.h"

#include "Server/TlsServer.h"
#include "Shared/CommonSettings.h"

#include <stdexcept>

namespace Bore
{

namespace
{

constexpr char PLAIN[] = "control.plain";
constexpr char PORT[] = "tls.port";
constexpr const char* CERTIFICATE = TLS_CERTIFICATE;
constexpr char KEY[] = "tls.key";
constexpr char CLIENT_CA[] = "tls.clientCa";
constexpr char MIN_VERSION[] = "tls.minVersion";
constexpr char CIPHERS[] = "tls.ciphers";
constexpr char DEFAULT_CERTIFICATE[] = "bore-server.crt";
constexpr char DEFAULT_KEY[] = "bore-server.key";

std::string textOf(const Settings& settings, const char* key)
{
	const SettingValue* value = settings.find(key);
	return value == nullptr ? std::string() : value->text;
}

void checkCiphers(const std::string& list)
{
	try
	{
		TlsContextBuilder(Poco::Net::Context::SERVER_USE).useCiphers(list);
	}
	catch (const TlsContextException& error)
	{
		throw std::invalid_argument(error.what());
	}
}

const char* keyOf(TlsContextException::Part part)
{
	switch (part)
	{
	case TlsContextException::Part::Certificate:
		return CERTIFICATE;
	case TlsContextException::Part::Key:
		return KEY;
	case TlsContextException::Part::Authorities:
		return CLIENT_CA;
	default:
		return CIPHERS;
	}
}

void expectBoth(const Settings& settings)
{
	const SettingValue& port = settings.get(PORT);
	for (const char* key : {CERTIFICATE, KEY})
		if (settings.find(key) == nullptr)
			refuse({&port}, port.described() + " needs " + key +
								": give both files, or make them with bore-server --make-certificate NAME");
}

void checkPorts(const Settings& settings)
{
	const SettingValue& port = settings.get(PORT);
	const SettingValue& plain = settings.get(Key::CONTROL_PORT);
	if (settings.isTrue(PLAIN) && port.text == plain.text)
		refuse({&port, &plain}, "one port for two: " + port.described() + " and " + plain.described() +
									": give each its own, or set control.plain = false");
}

} // namespace

std::vector<Setting> tlsServerSettings()
{
	return {
		Setting::flag(PLAIN)
			.orElse("true")
			.requiringRestart()
			.explained(
				"whether clients may connect without TLS, to the control port; without it there is tls.port"
				" alone")
			.beginning("TLS"),
		Setting::number(PORT, 0, 65535)
			.orElse("0")
			.requiringRestart()
			.explained("port that clients connect to by TLS, 7836 as a rule; 0 is none"),
		Setting::of(Setting::Kind::Path, CERTIFICATE)
			.taking("FILE")
			.explained("the certificate for it in PEM, with its chain behind it; read anew on SIGHUP")
			.like("/etc/bore/tls/server.crt"),
		Setting::of(Setting::Kind::Path, KEY)
			.taking("FILE")
			.explained("the certificate's key in PEM")
			.like("/etc/bore/tls/server.key"),
		Setting::of(Setting::Kind::Path, CLIENT_CA)
			.taking("FILE")
			.explained("authorities, in PEM, one of which must have issued a client's certificate; without it"
					   " clients need none")
			.like("/etc/bore/tls/clients-ca.crt"),
		Setting::choice(MIN_VERSION, {"1.2", "1.3"})
			.taking("1.2|1.3")
			.orElse("1.2")
			.explained("the lowest version of TLS"),
		Setting::checked(CIPHERS, checkCiphers)
			.taking("LIST")
			.explained("OpenSSL's names of the ciphers, with colons between them, those of TLS 1.3 by their"
					   " TLS_ names; without it those with forward secrecy and authenticated encryption")
			.like("ECDHE-ECDSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384"),
	};
}

std::optional<TlsServerConfig> tlsServerConfigFrom(const Settings& settings)
{
	TlsServerConfig config;
	config.port = settings.port(PORT);
	if (config.port == 0) return std::nullopt;
	checkPorts(settings);
	expectBoth(settings);
	config.certificate = textOf(settings, CERTIFICATE);
	config.key = textOf(settings, KEY);
	config.clientCa = textOf(settings, CLIENT_CA);
	config.onlyVersion13 = settings.get(MIN_VERSION).text == "1.3";
	config.ciphers = textOf(settings, CIPHERS);
	config.permissions = permissionsFrom(settings);
	try
	{
		TlsServer::check(config);
	}
	catch (const TlsContextException& error)
	{
		settings.get(keyOf(error.part())).refuse(error.what(), ExitCode::Configuration);
	}
	return config;
}

bool plainControlFrom(const Settings& settings)
{
	if (settings.isTrue(PLAIN)) return true;
	if (settings.port(PORT) == 0)
		refuse({&settings.get(PLAIN)},
			settings.get(PLAIN).described() + " leaves no port for clients: give tls.port, too");
	return false;
}

CertificateFiles certificateFilesFrom(const Settings& settings)
{
	CertificateFiles files{textOf(settings, CERTIFICATE), textOf(settings, KEY)};
	if (files.certificate.empty()) files.certificate = DEFAULT_CERTIFICATE;
	if (files.key.empty()) files.key = DEFAULT_KEY;
	return files;
}

} // namespace Bore
