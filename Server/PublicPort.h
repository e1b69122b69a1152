//
// PublicPort.h
//
// A port that visitors connect to.
//

#ifndef Bore_Server_PublicPort_INCLUDED
#define Bore_Server_PublicPort_INCLUDED

#include "Server/Acceptor.h"
#include "Server/PendingVisitors.h"
#include "Server/ProxiedVisitor.h"
#include "Server/ServerContext.h"
#include "Shared/Clock.h"
#include "Shared/ProxyHeader.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <list>
#include <mutex>
#include <optional>

namespace Bore
{

class TunnelControl;

class PublicPort
/// The visitors' side of a tunnel: its listener, and whoever comes in by
/// it, directly or through a proxy (ProxiedVisitor), until the client is
/// told, on a standby connection, or on its control connection. A shortage
/// costs a visitor, and a pause, but never the tunnel.
///
/// Owned by the tunnel, and for the tunnel's thread, unless a method says
/// otherwise. It has no thread, and wakes none.
{
public:
	PublicPort(const ServerContext& context, std::uint64_t tunnel, TunnelControl& control,
		Poco::Net::ServerSocket listener);
	/// Of the tunnel of that id, whose control connection must outlive this.

	PublicPort(const PublicPort&) = delete;
	PublicPort& operator=(const PublicPort&) = delete;

	[[nodiscard]] std::uint16_t number() const noexcept { return _origin.port; }
	/// Any thread.

	void drain() noexcept { _draining = true; }
	/// Takes no more visitors: descriptor() closes the listener. Any thread.

	[[nodiscard]] bool isDraining() const noexcept { return _draining; }
	/// Any thread.

	[[nodiscard]] std::optional<std::future<Poco::Net::ServerSocket>> release();
	/// Promises the listener, which close() gives up then in place of closing
	/// it: nobody in its backlog is lost. Nothing if it is closed, or
	/// promised, already. Any thread; returns at once.

	[[nodiscard]] bool isReleased() const;
	/// Whether it is promised. Any thread.

	[[nodiscard]] bool arrive(ProxiedArrival& arrival);
	/// Takes over a visitor of whom its proxy has said who it is, for
	/// takeArrivals(), for which the tunnel's thread is to be woken. False if
	/// it is closed: the arrival is left as it is. Throws std::bad_alloc, and
	/// leaves it, too. Any thread.

	[[nodiscard]] int descriptor(TimePoint now) noexcept;
	/// The listener, to be waited for; -1 while nobody is to be accepted.

	[[nodiscard]] TimePoint pauseEnd(TimePoint now) const noexcept;
	/// Until when nobody is accepted after a shortage; TimePoint::max() if there is none.

	[[nodiscard]] bool accept();
	/// Accepts a visitor, and announces it. False if there is none for now.
	/// Throws what TunnelControl::send() throws.

	void takeArrivals();
	/// Announces those of arrive(). Throws likewise.

	[[nodiscard]] bool close() noexcept;
	/// The end: closes the listener, or gives it to whom it is promised, which
	/// is told, and resets the arrivals that are left.

private:
	[[nodiscard]] bool isPausing(TimePoint now) const noexcept { return now < _acceptAfter; }
	void pause() noexcept;
	[[nodiscard]] bool letsIn(const Poco::Net::SocketAddress& peer) const;
	void introduce(Poco::Net::StreamSocket connection, const Poco::Net::SocketAddress& proxy);
	[[nodiscard]] std::list<ProxiedArrival> nextArrival() noexcept;
	void receive(ProxiedArrival arrival);
	void receive(Poco::Net::StreamSocket visitor, const Poco::Net::SocketAddress& peer,
		std::optional<ProxyHeader::Addresses> addresses);
	void announce(Visitor visitor);

	const ServerContext& _context;
	const ProxiedVisitor::Origin _origin;
	TunnelControl& _control;

	std::atomic<bool> _draining{false};

	mutable std::mutex _mutex; // guards what follows
	std::list<ProxiedArrival> _arrived;
	std::optional<std::promise<Poco::Net::ServerSocket>> _successor; // who is to have the listener
	bool _isClosed = false;                                          // the listener

	// Used by the tunnel's thread alone.
	Poco::Net::ServerSocket _listener;
	Acceptor _acceptor;
	TimePoint _acceptAfter{}; // a pause after a shortage
	bool _isOfProxy = false;  // the connection just accepted
};

} // namespace Bore

#endif // Bore_Server_PublicPort_INCLUDED
