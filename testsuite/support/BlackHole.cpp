//
// BlackHole.cpp
//

#include "testsuite/support/BlackHole.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <cppunit/TestAssert.h>

namespace Bore::Test
{

BlackHole::BlackHole()
{
	// POCO's shorter ways set SO_REUSEPORT, by which two listeners share a port.
	_listener.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
	_listener.listen(1);
}

void BlackHole::swallow()
{
	constexpr int MOST = 100;                       // Linux rounds a backlog up a little
	constexpr int FULL_AFTER_MICROSECONDS = 100000; // a connect on loopback takes some ten
	for (int i = 0; i < MOST; ++i)
	{
		try
		{
			_backlog.emplace_back();
			_backlog.back().connect(Poco::Net::SocketAddress("127.0.0.1", port()), FULL_AFTER_MICROSECONDS);
		}
		catch (const Poco::TimeoutException&)
		{
			return;
		}
	}
	CPPUNIT_FAIL("the backlog does not fill");
}

} // namespace Bore::Test
