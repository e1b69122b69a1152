//
// PortAllocator.h
//
// Finds the public port of a tunnel.
//

#ifndef Bore_Server_PortAllocator_INCLUDED
#define Bore_Server_PortAllocator_INCLUDED

#include "Shared/Keepalive.h"
#include "Shared/PortRanges.h"

#include <Poco/Net/ServerSocket.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>

namespace Bore
{

class PortRefusedException : public std::runtime_error
/// No listener for the client. The text is the bore protocol's Error text.
{
public:
	using std::runtime_error::runtime_error;
};

class PortAllocator
/// Opens the listener of a tunnel: on the port the client asked for, or on
/// a free one, found by walking the whole range once from a random start,
/// so that a free port is always found (the original tries 150 at random).
/// Any thread, at the same time.
{
public:
	using Random = std::function<std::uint32_t(std::uint32_t bound)>;
	/// A number from 0 to bound - 1. Any thread.

	using Excluded = std::function<bool(std::uint16_t port)>;
	/// Whether a port is kept for somebody. Any thread.

	PortAllocator(std::string address, std::uint16_t minPort, std::uint16_t maxPort,
		std::uint16_t controlPort, const Keepalive& keepalive = {}, Random random = systemRandom,
		std::uint16_t tlsPort = 0);
	/// `controlPort` and `tlsPort` (0: none) are never given away, even if
	/// they could be bound on another address.

	void replace(std::uint16_t minPort, std::uint16_t maxPort, const Keepalive& keepalive);
	/// Others for the listeners to come.

	[[nodiscard]] Poco::Net::ServerSocket allocate(
		std::uint16_t requested, const Excluded& excluded = nullptr, const PortRanges& among = {}) const;
	/// A listener on the requested port, or, if that is 0, on any that is
	/// not excluded, among those given if there are some. Throws PortRefusedException with the text for the client.

	[[nodiscard]] static std::uint32_t systemRandom(std::uint32_t bound);

private:
	struct Rules
	{
		std::uint16_t minPort;
		std::uint16_t maxPort;
		Keepalive keepalive;
	};

	[[nodiscard]] Rules rules() const;
	[[nodiscard]] bool isOurs(std::uint16_t port) const noexcept;
	[[nodiscard]] Poco::Net::ServerSocket allocateRequested(std::uint16_t requested) const;
	[[nodiscard]] Poco::Net::ServerSocket allocateAny(
		const Excluded& excluded, const PortRanges& among) const;

	const std::string _address;
	const std::uint16_t _controlPort;
	const std::uint16_t _tlsPort;
	const Random _random;

	mutable std::mutex _mutex; // guards what follows
	Rules _rules;
};

} // namespace Bore

#endif // Bore_Server_PortAllocator_INCLUDED
