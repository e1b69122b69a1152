//
// ScriptedListener.cpp
//

#include "testsuite/support/ScriptedListener.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>
#include <cppunit/TestAssert.h>

namespace Bore::Test
{

ScriptedListener::ScriptedListener(const std::string& host)
{
	// POCO's shorter ways set SO_REUSEPORT, by which two listeners share a port.
	_socket.bind(Poco::Net::SocketAddress(host, 0), true, false);
	_socket.listen(1024);
}

std::uint16_t ScriptedListener::port() const
{
	return _socket.address().port();
}

ScriptedPeer ScriptedListener::accept()
{
	if (!_socket.poll(Poco::Timespan(PATIENCE.count(), 0), Poco::Net::Socket::SELECT_READ))
		CPPUNIT_FAIL("nobody connects to port " + std::to_string(port()));
	return ScriptedPeer(_socket.acceptConnection());
}

void ScriptedListener::expectNoConnection(std::chrono::milliseconds span)
{
	const Poco::Timespan wait(std::chrono::microseconds(span).count());
	if (_socket.poll(wait, Poco::Net::Socket::SELECT_READ))
		CPPUNIT_FAIL("somebody connects to port " + std::to_string(port()));
}

void ScriptedListener::close()
{
	_socket.close();
}

} // namespace Bore::Test
