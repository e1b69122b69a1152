//
// ProxyPrograms.cpp
//

#include "testsuite/support/ProxyPrograms.h"

#include "testsuite/support/Eventually.h"
#include "testsuite/support/ScriptedListener.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cppunit/TestAssert.h>
#include <unistd.h>

namespace Bore::Test
{

const std::string& ProxyProgram::host()
{
	// A process id has 22 bits at most: 127.64.0.0/10.
	static const auto id = static_cast<unsigned>(::getpid());
	static const std::string address = "127." + std::to_string(64U + (id >> 16U & 63U)) + "." +
									   std::to_string(id >> 8U & 255U) + "." + std::to_string(id & 255U);
	return address;
}

ProxyProgram::ProxyProgram()
	: _port(ScriptedListener(host()).port())
{
}

void ProxyProgram::run(const std::string& program, const std::string& configuration,
	const std::string& option, const ChildProcess::Arguments& more)
{
	ChildProcess::Arguments arguments{option, _folder.write("configuration", configuration)};
	arguments.insert(arguments.end(), more.begin(), more.end());
	_process.emplace(program, arguments);
	CPPUNIT_ASSERT_MESSAGE(program + " does not listen: install it",
		eventually([this] { return _process->hasExited() || !ScriptedPeer::isRefused(_port, host()); }));
	if (_process->hasExited())
		CPPUNIT_FAIL(program + " has ended: " + _process->readToEnd(ChildProcess::Output::Stderr));
}

void ProxyProgram::expectNoFaults()
{
	_process->readOn();
	const auto& text = _process->everything(ChildProcess::Output::Stderr);
	CPPUNIT_ASSERT_MESSAGE(text, !_process->hasExited() && text.find("[error]") == std::string::npos &&
									 text.find("[ALERT]") == std::string::npos);
}

Nginx::Nginx()
{
	const std::string configuration = "daemon off;\n"
									  "master_process off;\n"
									  "pid pid;\n"
									  "error_log stderr error;\n"
									  "events {}\n"
									  "http {\n"
									  "access_log off;\n"
									  "client_body_temp_path body;\n"
									  "proxy_temp_path proxy;\n"
									  "fastcgi_temp_path fastcgi;\n"
									  "uwsgi_temp_path uwsgi;\n"
									  "scgi_temp_path scgi;\n"
									  "server {\n"
									  "listen " +
									  host() + ":" + std::to_string(port()) +
									  " proxy_protocol;\n"
									  "location / { return 200 \"$proxy_protocol_addr|$proxy_protocol_port|"
									  "$proxy_protocol_server_addr|$proxy_protocol_server_port\"; }\n"
									  "}\n"
									  "}\n";
	// -e: or it opens the system's log before it reads the configuration.
	run("/usr/sbin/nginx", configuration, "-c", {"-p", folder().path() + "/", "-e", "stderr"});
}

HAProxy::HAProxy(std::uint16_t to, const std::string& version, const std::string& from)
{
	const std::string configuration = "defaults\n"
									  "  mode tcp\n"
									  "  timeout connect 20s\n"
									  "  timeout client 60s\n"
									  "  timeout server 60s\n"
									  "listen bore\n"
									  "  bind " +
									  host() + ":" + std::to_string(port()) +
									  "\n"
									  "  source " +
									  from +
									  "\n"
									  "  server bore 127.0.0.1:" +
									  std::to_string(to) + " " + version + "\n";
	run("/usr/sbin/haproxy", configuration, "-f", {"-db"});
}

} // namespace Bore::Test
