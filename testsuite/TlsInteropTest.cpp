//
// TlsInteropTest.cpp
//

#include "testsuite/support/AuthorityFixture.h"
#include "testsuite/support/ChildProcess.h"
#include "testsuite/support/EchoService.h"
#include "testsuite/support/RunningClient.h"
#include "testsuite/support/RunningServer.h"
#include "testsuite/support/ScriptedPeer.h"

#include <Poco/Net/ServerSocket.h>

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <iostream>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

using namespace Bore;
using namespace Bore::Test;
using Output = ChildProcess::Output;

namespace
{

bool isInstalled(const std::string& program)
{
	ChildProcess search("/bin/sh", {"-c", "command -v " + program});
	return search.waitForExit() == 0;
}

class Input
/// What a program reads: a FIFO that stays open until this ends.
{
public:
	explicit Input(const TemporaryDirectory& directory)
		: _path(directory.path("input"))
	{
		::unlink(_path.c_str());
		CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(_path.c_str(), S_IRUSR | S_IWUSR));
		_end = Descriptor(::open(_path.c_str(), O_RDWR | O_CLOEXEC));
		CPPUNIT_ASSERT(_end);
	}

	void frame(const std::string& json) const
	{
		CPPUNIT_ASSERT_EQUAL(
			static_cast<ssize_t>(json.size() + 1), ::write(_end.get(), json.c_str(), json.size() + 1));
	}

	[[nodiscard]] ChildProcess::Arguments read(const std::string& command) const
	{
		return {"-c", "exec " + command + " < " + _path};
	}

private:
	const std::string _path;
	Descriptor _end;
};

} // namespace

class TlsInteropTest : public AuthorityFixture
/// Both programs' TLS against that of others. What is not installed is left out, and said.
{
	CPPUNIT_TEST_SUITE(TlsInteropTest);
	CPPUNIT_TEST(testOpensslClientOpensATunnel);
	CPPUNIT_TEST(testOpensslClientIsRefusedAnOldVersion);
	CPPUNIT_TEST(testOpensslServerServesOurClient);
	CPPUNIT_TEST(testOpensslServerWithoutTheRightNameIsRefused);
	CPPUNIT_TEST(testCurlFetchesFromNginxByHttp1AndHttp2);
	CPPUNIT_TEST_SUITE_END();

public:
	void testOpensslClientOpensATunnel()
	{
		if (isMissing("openssl")) return;
		RunningServer server(serverConfig());
		for (const std::string version : {"-tls1_2", "-tls1_3"})
		{
			const Input input(*_directory);
			ChildProcess client("/bin/sh",
				input.read(
					"openssl s_client -quiet -verify_return_error -verify_hostname localhost -CAfile " +
					_authority->certificate() + " " + version +
					" -connect 127.0.0.1:" + std::to_string(server.tlsPort())));
			input.frame(R"({"Hello":0})");
			const bool opened = eventually(
				[&]
				{
					client.readOn();
					const auto& text = client.everything(Output::Stdout);
					return text.find(R"({"Hello":)") != std::string::npos &&
						   text.find("Heartbeat") != std::string::npos;
				});
			CPPUNIT_ASSERT_MESSAGE(version + client.everything(Output::Stderr), opened);
		}
	}

	void testOpensslClientIsRefusedAnOldVersion()
	{
		if (isMissing("openssl")) return;
		RunningServer server(serverConfig());
		ChildProcess client(
			"/usr/bin/env", {"openssl", "s_client", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0", "-connect",
								"127.0.0.1:" + std::to_string(server.tlsPort())});
		CPPUNIT_ASSERT(client.waitForExit() != 0);
		const auto text = client.readToEnd(Output::Stderr);
		CPPUNIT_ASSERT_MESSAGE(text, text.find("protocol version") != std::string::npos);
	}

	void testOpensslServerServesOurClient()
	{
		if (isMissing("openssl")) return;
		for (const std::string version : {"-tls1_2", "-tls1_3"})
		{
			const Input input(*_directory);
			auto server = opensslServer(input, version);
			auto config = RunningClient::between(portOf(*server), 9);
			config.tls.emplace();
			config.tls->ca = _authority->certificate();
			RunningClient client(config);
			input.frame(R"({"Hello":40123})");
			CPPUNIT_ASSERT_EQUAL(std::uint16_t{40123}, client.port());
			const bool asked = eventually(
				[&]
				{
					server->readOn();
					return server->everything(Output::Stdout).find(R"({"Hello":0})") != std::string::npos;
				});
			CPPUNIT_ASSERT_MESSAGE(version, asked);
		}
	}

	void testOpensslServerWithoutTheRightNameIsRefused()
	{
		if (isMissing("openssl")) return;
		_files = _authority->issue({"DNS:elsewhere.test"});
		const Input input(*_directory);
		auto server = opensslServer(input, "-tls1_3");
		auto config = RunningClient::between(portOf(*server), 9);
		config.tls.emplace();
		config.tls->ca = _authority->certificate();
		RunningClient client(config);
		try
		{
			static_cast<void>(client.address());
			CPPUNIT_FAIL("the tunnel is open");
		}
		catch (const RoleFailure& failure)
		{
			const std::string text = failure.what();
			CPPUNIT_ASSERT_MESSAGE(text, text.find("but for elsewhere.test") != std::string::npos);
		}
		server->readOn();
		CPPUNIT_ASSERT(server->everything(Output::Stdout).find("Hello") == std::string::npos);
	}

	void testCurlFetchesFromNginxByHttp1AndHttp2()
	{
		if (isMissing("curl") || isMissing("nginx")) return;
		const std::string page(300'000, 'p');
		static_cast<void>(_directory->write("page", page));
		std::uint16_t nginxPort = 0;
		const auto nginx = startNginx(nginxPort);
		RunningServer server(serverConfig());
		for (const std::size_t standby : {0, 4})
		{
			auto config = RunningClient::between(server.tlsPort(), nginxPort);
			config.tls.emplace();
			config.tls->ca = _authority->certificate();
			config.tunnels.front().standby = standby;
			RunningClient client(config);
			for (const std::string version : {"--http1.1", "--http2"})
			{
				// By TLS of its own, so that the two agree on HTTP/2 by themselves.
				ChildProcess curl("/usr/bin/env",
					{"curl", "-sS", version, "--cacert", _authority->certificate(), "-w", "%{http_version}",
						"--resolve", "localhost:" + std::to_string(client.port()) + ":127.0.0.1",
						"https://localhost:" + std::to_string(client.port()) + "/page"});
				const auto text = curl.readToEnd(Output::Stdout);
				CPPUNIT_ASSERT_EQUAL_MESSAGE(curl.readToEnd(Output::Stderr), 0, curl.waitForExit());
				CPPUNIT_ASSERT(text == page + (version == "--http2" ? "2" : "1.1"));
			}
		}
	}

private:
	[[nodiscard]] static bool isMissing(const std::string& program)
	{
		if (isInstalled(program)) return false;
		std::cerr << " (" << program << " is not installed: left out) ";
		return true;
	}

	[[nodiscard]] ServerConfig serverConfig() const
	{
		ServerConfig config = RunningServer::onLoopback();
		config.tls.emplace();
		config.tls->certificate = _files.certificate;
		config.tls->key = _files.key;
		return config;
	}

	[[nodiscard]] std::unique_ptr<ChildProcess> opensslServer(
		const Input& input, const std::string& version) const
	{
		return std::make_unique<ChildProcess>(
			"/bin/sh", input.read("openssl s_server -accept 127.0.0.1:0 -naccept 1 " + version + " -cert " +
								  _files.certificate + " -key " + _files.key));
	}

	static std::uint16_t portOf(ChildProcess& server)
	{
		const std::string line = server.readLineWith(Output::Stdout, "ACCEPT ");
		return static_cast<std::uint16_t>(std::stoul(line.substr(line.rfind(':') + 1)));
	}

	std::unique_ptr<ChildProcess> startNginx(std::uint16_t& port) const
	{
		// Nobody can tell which port nginx would get by itself: one that is free now, and again if it is not any more.
		for (int attempt = 0; attempt < 10; ++attempt)
		{
			{
				Poco::Net::ServerSocket probe;
				probe.bind(Poco::Net::SocketAddress("127.0.0.1", 0), false, false);
				port = probe.address().port();
			}
			const std::string folder = _directory->path();
			const std::string configuration = _directory->write("nginx.conf",
				"daemon off; master_process off; pid " + folder +
					"/nginx.pid; error_log stderr warn;\n"
					"events { worker_connections 64; }\n"
					"http { access_log off; client_body_temp_path " +
					folder + "/body; proxy_temp_path " + folder + "/proxy; fastcgi_temp_path " + folder +
					"/fastcgi; uwsgi_temp_path " + folder + "/uwsgi; scgi_temp_path " + folder +
					"/scgi;\n"
					"server { listen 127.0.0.1:" +
					std::to_string(port) + " ssl http2; root " + folder + "; ssl_certificate " +
					_files.certificate + "; ssl_certificate_key " + _files.key + "; } }\n");
			auto nginx = std::make_unique<ChildProcess>("/usr/bin/env",
				ChildProcess::Arguments{"nginx", "-e", "stderr", "-p", folder, "-c", configuration});
			const bool listens =
				eventually([&] { return nginx->hasExited() || !ScriptedPeer::isRefused(port); });
			if (listens && !nginx->hasExited()) return nginx;
			if (nginx->everything(Output::Stderr).find("Address already in use") == std::string::npos)
				CPPUNIT_FAIL("nginx does not start: " + nginx->readToEnd(Output::Stderr));
		}
		CPPUNIT_FAIL("no free port for nginx");
		return nullptr;
	}
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsInteropTest);
