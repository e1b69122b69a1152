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
	std::uint16_t controlPort, const Keepalive& keepalive, Random random, std::uint16_t tlsPort)
	: _address(std::move(address))
	, _controlPort(controlPort)
	, _tlsPort(tlsPort)
	, _random(std::move(random))
	, _rules{minPort, maxPort, keepalive}
{
}

void PortAllocator::replace(std::uint16_t minPort, std::uint16_t maxPort, const Keepalive& keepalive)
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_rules = {minPort, maxPort, keepalive};
}

PortAllocator::Rules PortAllocator::rules() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _rules;
}

bool PortAllocator::isOurs(std::uint16_t port) const noexcept
{
	return port == _controlPort || port == _tlsPort;
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
	const Rules now = rules();
	if (requested < now.minPort || requested > now.maxPort)
		throw PortRefusedException(ErrorText::PORT_OUT_OF_RANGE);
	if (isOurs(requested)) throw PortRefusedException(ErrorText::PORT_IN_USE);
	try
	{
		return listenOn(_address, requested, now.keepalive);
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
	const Rules now = rules();
	const PortRanges ports =
		among.empty() ? PortRanges(now.minPort, now.maxPort) : among.within(now.minPort, now.maxPort);
	const auto count = static_cast<std::uint32_t>(ports.size());
	const std::uint32_t start = count == 0 ? 0 : _random(count);
	for (std::uint32_t i = 0; i < count; ++i)
	{
		const auto port = ports.at((start + i) % count);
		if (isOurs(port) || (excluded && excluded(port))) continue;
		try
		{
			return listenOn(_address, port, now.keepalive);
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
