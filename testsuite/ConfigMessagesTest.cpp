//
// ConfigMessagesTest.cpp
//

#include "testsuite/support/ProgramChecks.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <Poco/String.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace Bore::Test;

namespace
{

struct Row
/// A file, and what --check-config says of it; "F" stands for its path.
{
	std::string file;
	std::string told;
};

const std::vector<Row> SERVER_ROWS{
	{"log.levels = relay\n", "F:1: log.levels: \"relay\": expected components and their levels, such as "
							 "server.tunnel:debug, relay:warning"},
	{"log.levels = relay:\n", "F:1: log.levels: no level is called \"\": there are fatal, critical, error, "
							  "warning, notice, information, debug, trace"},
	{"log.levels = :debug\n",
		"F:1: log.levels: no component is called \"\": there are server, server.tunnel, server.visitor, "
		"server.handshake, server.authentication, server.limits, server.access, server.tls, client, "
		"client.visitor, "
		"client.standby, client.tls, relay, workers, config, service, log"},
	{"log.levels = relay:debug,\n", "F:1: log.levels: \"\": expected components and their levels, such as "
									"server.tunnel:debug, relay:warning"},
	{"log.levels = relay:debug:trace\n", "F:1: log.levels: \"relay:debug:trace\": expected components and "
										 "their levels, such as server.tunnel:debug, relay:warning"},
	{"log.levels =\n", "F:1: log.levels: \"\": expected components and their levels, such as "
					   "server.tunnel:debug, relay:warning"},
	{"log.levels = relay:debug,relay:trace\n",
		"F:1: log.levels: the component relay is given twice: give it one level"},
	{"log.levels = relay:debgu\n", "F:1: log.levels: no level is called \"debgu\": did you mean \"debug\"?"},
	{"log.levels = server.tunel:debug\n",
		"F:1: log.levels: no component is called \"server.tunel\": did you mean \"server.tunnel\"?"},
	{"log.target = file\n", "F:1: log.target: log.target file (F:1) needs a file: give its path as log.file"},
	{"log.file = x\n", "F:1: log.file: log.file x (F:1) would not be used: set log.target to file as well"},
	{"accessLog.target = file\n",
		"F:1: accessLog.target: accessLog.target file (F:1) needs a file: give its path as accessLog.file"},
	{"accessLog.file = x\n", "F:1: accessLog.file: accessLog.file x (F:1) would not be used: set "
							 "accessLog.target to file as well"},
	{"log.target = file\nlog.file = x\naccessLog.target = file\naccessLog.file = x\n",
		"F:4: accessLog.file: accessLog.file x (F:4) is the file of the log as well: give each a file of its "
		"own"},
	{"minPort = 9\nmaxPort = 8\n", "F:2: maxPort: no port is left: minPort 9 (F:1) is above maxPort 8 (F:2): "
								   "lower the one or raise the other"},
	{"secret = a\nsecretFile = b\n",
		"F:2: secretFile: secret (F:1) and secretFile (F:2) are two ways of one thing: give one of them"},
	{"secretFile = /no/such\n",
		"F:1: secretFile: secret file \"/no/such\" cannot be read: No such file or directory"},
	{"secretFile = /\n", "F:1: secretFile: secret file \"/\" is a directory"},
	{"users.file = /no/such\n", "/no/such: no such file: check the path given to users.file"},
	{"users.file = /\n", "/: is a directory: users.file takes a file"},
	{"access.a.allow = 10.0.0.0/8\n", "F:1: access.a.allow: no ports that this is for: give access.a.ports "
									  "too, or visitors.allow for all ports"},
	{"access.a.ports = 1-9\naccess.b.ports = 9\n",
		"F:2: access.b.ports: port 9 is in access.a.ports 1-9 (F:1) and in access.b.ports 9 (F:2): leave it "
		"to one of them"},
	{"bindAddr = 1.2.3\n", "F:1: bindAddr: \"1.2.3\": expected an IP address, such as 127.0.0.1 or ::1"},
	{"bindAddr = [::1\n", "F:1: bindAddr: \"[::1\": expected an IP address, such as 127.0.0.1 or ::1"},
	{"minPort = 1\nminPort = 2\n", "F:2: minPort: the key is given twice: line 1 has it already"},
	{"= 2\n", "F:1: \"\": unknown key: see bore-server --help for the keys"},
	{"minPort = 1",
		"F:1: the last line has no line end, as if half written: write beside the file, then rename"},
	{"MINPORT = 1\n", "F:1: MINPORT: unknown key: did you mean \"minPort\"?"},
	{"permissions.strict = TRUE\n", "F:1: permissions.strict: \"TRUE\": expected one of true, false"},
	{"log.rotateDaily = 1\n", "F:1: log.rotateDaily: \"1\": expected one of true, false"},
	{"log.facility = mail\n", "F:1: log.facility: \"mail\": expected one of daemon, local0, local1, local2, "
							  "local3, local4, local5, local6, local7"},
	{"relay.threads = 100000\n", "F:1: relay.threads: \"100000\": expected a whole number from 0 to 1024"},
	{"control.userTimeout = 10s\n",
		"F:1: control.userTimeout: \"10s\": expected a whole number of seconds from 0 to 3600"},
	{"visitors.deny = 192.0.2.1/24\n",
		"F:1: visitors.deny: \"192.0.2.1/24\" has bits behind its prefix: write 192.0.2.0/24"},
	{"tunnel.web.localPort = 1\n",
		"F:1: tunnel.web.localPort: unknown key: see bore-server --help for the keys"},
};

const std::vector<Row> CLIENT_ROWS{
	{"server = h\nlocalPort = 0\n", "F:2: localPort: \"0\": expected a whole number from 1 to 65535"},
	{"server = h\nlocalPort = 80:90\n", "F:2: localPort: \"80:90\": expected a whole number from 1 to 65535"},
	{"server = h:0\n",
		"F:1: server: \"h:0\" has a wrong port: write a number from 1 to 65535 after the colon"},
	{"server = [::1\n", "F:1: server: \"[::1\" lacks the closing bracket: write [::1] or [::1]:7835"},
	{"server = ::1\n", "F:1: server: \"::1\" has more than one colon: write an IPv6 address in brackets, "
					   "[::1] or [::1]:7835"},
	{"server =\n", "F:1: server: the host is empty: write HOST or HOST:PORT"},
	{"server = h:80\ncontrol.port = 81\n", "F:2: control.port: two ports for one server: server h:80 (F:1) "
										   "and control.port 81 (F:2): give one of them"},
	{"server = h\ntunnel.a.port = 1\n",
		"F:2: tunnel.a.port: the tunnel has no local port: give tunnel.a.localPort, too"},
	{"server = h\ntunnel.a.localPort = x\n",
		"F:2: tunnel.a.localPort: \"x\": expected a whole number from 1 to 65535"},
	{"server = h\ntunnel.a.localHost = h:80\ntunnel.a.localPort = 1\n",
		"F:2: tunnel.a.localHost: \"h:80\": expected a host name or an IP address, without a port"},
	{"server = h\ntunnel.a.standbys = 1\ntunnel.a.localPort = 1\n",
		"F:2: tunnel.a.standbys: unknown key: did you mean \"tunnel.a.standby\"?"},
	{"server = h\ntunnel.a+b.localPort = 1\n",
		"F:2: tunnel.a+b.localPort: unknown key: in tunnel.<name>.localPort the name is 1 to 64 of A-Z, a-z, "
		"0-9, _ and -"},
	{"server = h\ntunnel.a.localPort = 1\ntunnel.a.port = 7\ntunnel.b.localPort = 1\ntunnel.b.port = 7\n",
		"F:5: tunnel.b.port: public port 7 is asked for by two tunnels: tunnel.a.port 7 (F:3) and "
		"tunnel.b.port 7 (F:5): give each its own"},
	{"server = h\nreconnect = maybe\n", "F:2: reconnect: \"maybe\": expected one of true, false"},
	{"server = h\nminPort = 1\n", "F:2: minPort: unknown key: did you mean \"port\"?"},
};

} // namespace

class ConfigMessagesTest : public CppUnit::TestFixture
/// What users are told of wrong values of the programs' own keys, and of what lies between keys, word for
/// word. The kinds of values are SettingMessagesTest's, the users file is UsersFileTest's.
{
	CPPUNIT_TEST_SUITE(ConfigMessagesTest);
	CPPUNIT_TEST(testEachWrongServerFileIsToldAlone);
	CPPUNIT_TEST(testEachWrongClientFileIsToldAlone);
	CPPUNIT_TEST_SUITE_END();

public:
	void testEachWrongServerFileIsToldAlone() { expectTold(BORE_SERVER_BINARY, SERVER_ROWS); }

	void testEachWrongClientFileIsToldAlone() { expectTold(BORE_CLIENT_BINARY, CLIENT_ROWS); }

private:
	void expectTold(const std::string& program, const std::vector<Row>& rows) const
	{
		for (const auto& [text, told] : rows)
		{
			const std::string path = _directory.write("f", text);
			CPPUNIT_ASSERT_EQUAL(0, ::chmod(path.c_str(), 0600));
			const Ending ending = endingOf(program, {"--check-config", "--config", path});
			CPPUNIT_ASSERT_EQUAL(Poco::replace(told, std::string("F:"), path + ":") + "\n", ending.err);
			CPPUNIT_ASSERT_EQUAL(std::string(), ending.out);
			CPPUNIT_ASSERT_EQUAL(78, ending.code);
		}
	}

	const TemporaryDirectory _directory;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigMessagesTest);
