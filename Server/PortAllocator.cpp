//
// PortAllocator.cpp
//

#include "Server/PortAllocator.h"

#include "Shared/Listener.h"
#include "Shared/Protocol.h"

#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

namespace Bore
{

using Poco::Net::ServerSocket;

namespace ErrorText = Protocol::ErrorText;

PortAllocator::PortAllocator(std::string address, std::uint16_t minPort, std::uint16_t maxPort,
	std::uint16_t controlPort, const Keepalive& keepalive, Random random)
	: _address(std::move(address))
	, _minPort(minPort)
	, _maxPort(maxPort)
	, _controlPort(controlPort)
	, _keepalive(keepalive)
	, _random(std::move(random))
{
}

ServerSocket PortAllocator::allocate(
	std::uint16_t requested, const Excluded& excluded, const PortRanges& among) const
{
	return requested == 0 ? allocateAny(excluded, among) : allocateRequested(requested);
}

std::uint32_t PortAllocator::systemRandom(std::uint32_t bound)
{
	std::random_device device;
	return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(device);
}

ServerSocket PortAllocator::allocateRequested(std::uint16_t requested) const
{
	if (requested < _minPort || requested > _maxPort)
		throw PortRefusedException(ErrorText::PORT_OUT_OF_RANGE);
	if (requested == _controlPort) throw PortRefusedException(ErrorText::PORT_IN_USE);
	try
	{
		return listenOn(_address, requested, _keepalive);
	}
	catch (const std::system_error& error)
	{
		switch (error.code().value())
		{
		case EADDRINUSE:
			throw PortRefusedException(ErrorText::PORT_IN_USE);
		case EACCES:
			throw PortRefusedException(ErrorText::PERMISSION_DENIED);
		default:
			throw PortRefusedException(ErrorText::BIND_FAILED);
		}
	}
}

ServerSocket PortAllocator::allocateAny(const Excluded& excluded, const PortRanges& among) const
{
	const PortRanges ports =
		among.empty() ? PortRanges(_minPort, _maxPort) : among.within(_minPort, _maxPort);
	const auto count = static_cast<std::uint32_t>(ports.size());
	const std::uint32_t start = count == 0 ? 0 : _random(count);
	for (std::uint32_t i = 0; i < count; ++i)
	{
		const auto port = ports.at((start + i) % count);
		if (port == _controlPort || (excluded && excluded(port))) continue;
		try
		{
			return listenOn(_address, port, _keepalive);
		}
		catch (const std::system_error& error)
		{
			const int code = error.code().value();
			if (code != EADDRINUSE && code != EACCES) throw PortRefusedException(ErrorText::BIND_FAILED);
		}
	}
	throw PortRefusedException(ErrorText::NO_PORT_AVAILABLE);
}

} // namespace Bore
