//
// TlsClientSettings.cpp
//

#include "Client/TlsClientSettings.h"

#include "Client/Transport.h"
#include "Shared/CommonSettings.h"
#include "Shared/HostName.h"
#include "Shared/Layer.h"
#include "Shared/TlsContextBuilder.h"

#include <string>

namespace Bore
{

namespace
{

constexpr char CA[] = "tls.ca";
constexpr char FINGERPRINT[] = "tls.fingerprint";
constexpr char CERTIFICATE[] = "tls.cert";
constexpr char KEY[] = "tls.key";
constexpr char SERVER_NAME[] = "tls.serverName";
constexpr char INSECURE[] = "tls.insecureNoVerification";
constexpr char FINGERPRINT_EXAMPLE[] =
	"5f:0e:41:c2:7b:93:da:68:1c:ff:20:b4:8e:57:39:a6:d1:02:7c:e8:4b:95:60:3d:f7:a9:18:52:c6:0b:e4:71";

std::string textOf(const Settings& settings, const char* key)
{
	const SettingValue* value = settings.find(key);
	return value == nullptr ? std::string() : value->text;
}

void checkFingerprint(const std::string& text)
{
	static_cast<void>(Fingerprint::parse(text));
}

const char* keyOf(TlsContextException::Part part)
{
	switch (part)
	{
	case TlsContextException::Part::Certificate:
		return CERTIFICATE;
	case TlsContextException::Part::Key:
		return KEY;
	default:
		return CA;
	}
}

void expectTls(const Settings& settings)
{
	// What is meant to be safe must not be in the clear for want of a word.
	for (const char* key : {CA, FINGERPRINT, CERTIFICATE, KEY, SERVER_NAME})
		if (const SettingValue* value = settings.find(key))
			refuse({value}, value->described() + " is given, but no TLS: give --tls (tls = true), too");
	if (const SettingValue& value = settings.get(INSECURE); settings.isTrue(INSECURE))
		refuse({&value}, value.described() + " is given, but no TLS: give --tls (tls = true), too");
}

void expectPair(const Settings& settings)
{
	const SettingValue* certificate = settings.find(CERTIFICATE);
	const SettingValue* key = settings.find(KEY);
	if ((certificate == nullptr) == (key == nullptr)) return;
	const SettingValue* one = certificate != nullptr ? certificate : key;
	refuse({one}, one->described() + " needs " + (certificate != nullptr ? KEY : CERTIFICATE) +
					  ": a certificate and its key go together");
}

void expectVerification(const Settings& settings)
{
	if (!settings.isTrue(INSECURE)) return;
	for (const char* key : {CA, FINGERPRINT})
		if (const SettingValue* value = settings.find(key))
			refuse({&settings.get(INSECURE), value},
				settings.get(INSECURE).described() + " and " + value->described() + ": give one of them");
}

void takeProof(const Settings& settings, TlsClientConfig& config)
{
	// Of a pinned certificate nothing else is asked: who gives an authority in the
	// same place, too, must not believe that it counts.
	const SettingValue* proof = settings.findEither(CA, FINGERPRINT);
	if (proof == nullptr) return;
	if (proof->key == FINGERPRINT)
		config.fingerprint = Fingerprint::parse(proof->text);
	else
		config.ca = proof->text;
}

} // namespace

std::vector<Setting> tlsClientSettings()
{
	return {
		// Before the keys that begin like it: POCO looks for a whole name in this order.
		Setting::flag(Key::TLS)
			.orElse("false")
			.requiringRestart()
			.explained(
				"whether connections to the server are made by TLS; its port is 7836 then, unless another is"
				" given")
			.beginning("TLS"),
		Setting::of(Setting::Kind::Path, CA)
			.taking("FILE")
			.requiringRestart()
			.explained(
				"authorities, in PEM, one of which must have issued the server's certificate; without it"
				" those that this machine trusts")
			.like("/etc/bore/tls/ca.crt"),
		Setting::checked(FINGERPRINT, checkFingerprint)
			.taking("SHA256")
			.requiringRestart()
			.explained("fingerprint of the server's certificate, in place of tls.ca: it then needs neither an"
					   " authority nor the right name; the server says it at its start")
			.like(FINGERPRINT_EXAMPLE),
		Setting::of(Setting::Kind::Path, CERTIFICATE)
			.taking("FILE")
			.requiringRestart()
			.explained("certificate of this client in PEM, for a server that demands one")
			.like("/etc/bore/tls/client.crt"),
		Setting::of(Setting::Kind::Path, KEY)
			.taking("FILE")
			.requiringRestart()
			.explained("the certificate's key in PEM")
			.like("/etc/bore/tls/client.key"),
		Setting::of(Setting::Kind::Host, SERVER_NAME)
			.taking("NAME")
			.requiringRestart()
			.explained("name or address in the server's certificate, where it is not the host of --to")
			.like("tunnel.example.org"),
		Setting::flag(INSECURE).orElse("false").requiringRestart().explained(
			"whether any certificate will do: anybody on the way can read and change everything"),
	};
}

std::optional<TlsClientConfig> tlsClientConfigFrom(const Settings& settings)
{
	if (!settings.isTrue(Key::TLS))
	{
		expectTls(settings);
		return std::nullopt;
	}
	expectPair(settings);
	expectVerification(settings);
	TlsClientConfig config;
	takeProof(settings, config);
	config.certificate = textOf(settings, CERTIFICATE);
	config.key = textOf(settings, KEY);
	config.serverName = withoutBrackets(textOf(settings, SERVER_NAME));
	config.verifies = !settings.isTrue(INSECURE);
	config.permissions = permissionsFrom(settings);
	try
	{
		Transport::check(config);
	}
	catch (const TlsContextException& error)
	{
		settings.get(keyOf(error.part())).refuse(error.what(), ExitCode::Configuration);
	}
	return config;
}

} // namespace Bore
