//
// Socket.h
//
// The load generator's own TCP socket.
//

#ifndef Bore_Bench_Socket_INCLUDED
#define Bore_Bench_Socket_INCLUDED

#include "Shared/Clock.h"
#include "Shared/Descriptor.h"

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace Bore::Bench
{

class Socket
/// A TCP socket with little between it and the kernel, so that what is
/// measured is the tunnel. Owns its descriptor. One thread uses it, but
/// shutdown() may be called by any. Failures throw std::system_error,
/// which names the call.
{
public:
	Socket() noexcept = default;

	[[nodiscard]] static Socket listenOn(const Poco::Net::SocketAddress& address);
	/// Port 0: any free one, see port(). Takes a long queue of visitors.

	[[nodiscard]] static Socket connectTo(const Poco::Net::SocketAddress& to, Duration timeout,
		const std::optional<Poco::Net::SocketAddress>& from = std::nullopt);
	/// A blocking connection without delay (no Nagle), whose connect and
	/// whose every later send and receive fail after the timeout. `from` is
	/// an address to come from, without a port of its own.

	[[nodiscard]] Socket accept() const;
	/// The next connection, non-blocking and without delay; an empty socket
	/// if there is none (or nobody may be served now, for want of descriptors).

	void sendAll(const void* data, std::size_t size) const;
	/// Sends everything; waits for room, even on a non-blocking socket.

	[[nodiscard]] std::optional<std::size_t> trySend(const void* data, std::size_t size) const;
	/// Sends what there is room for; nothing if there is none.

	[[nodiscard]] std::size_t receive(void* data, std::size_t size) const;
	/// Waits for bytes; 0 is the end of the stream.

	[[nodiscard]] std::optional<std::size_t> tryReceive(void* data, std::size_t size) const;
	/// What is there, without waiting; nothing if nothing is. 0 is the end.

	void receiveAll(void* data, std::size_t size) const;
	/// Exactly that many bytes. Throws std::runtime_error at the end of the stream.

	void setBlocking() const;
	void shutdownSend() const noexcept;
	void shutdown() const noexcept;
	/// Ends both directions and wakes whoever waits in this socket.

	void abortOnClose() const noexcept;
	/// RST in place of FIN when closed.

	[[nodiscard]] std::uint16_t port() const;
	/// The local port.

	[[nodiscard]] int fd() const noexcept { return _descriptor.get(); }
	[[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(_descriptor); }

private:
	explicit Socket(Descriptor descriptor) noexcept;

	Descriptor _descriptor;
};

} // namespace Bore::Bench

#endif // Bore_Bench_Socket_INCLUDED
