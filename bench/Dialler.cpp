//
// Dialler.cpp
//

#include "bench/Dialler.h"

#include <string>

namespace Bore::Bench
{

namespace
{

constexpr std::size_t SOURCES = 250;
constexpr std::size_t APART = 17; // so that neighbours do not follow each other through the addresses
constexpr Duration TIMEOUT = std::chrono::seconds(10);

} // namespace

Dialler::Dialler(const Poco::Net::SocketAddress& to, std::size_t number)
	: _to(to)
	, _next(number * APART)
{
	const auto host = to.host();
	if (!host.isLoopback() || host.family() != Poco::Net::IPAddress::IPv4) return;
	for (std::size_t i = 0; i < SOURCES; ++i) _from.emplace_back("127.0.0." + std::to_string(2 + i), 0);
}

Socket Dialler::dial()
{
	if (_from.empty()) return Socket::connectTo(_to, TIMEOUT);
	return Socket::connectTo(_to, TIMEOUT, _from[_next++ % _from.size()]);
}

} // namespace Bore::Bench
