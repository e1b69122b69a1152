//
// AcceptingSocket.cpp
//

#include "Server/AcceptingSocket.h"

#include "Shared/Descriptor.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <utility>

namespace Bore
{

namespace
{

class AcceptingSocketImpl : public Poco::Net::ServerSocketImpl
{
public:
	AcceptingSocketImpl(Descriptor listener, Acceptor acceptor)
		: _acceptor(std::move(acceptor))
	{
		reset(listener.release());
		setBlocking(false);
	}

	bool poll(const Poco::Timespan& timeout, int /*mode*/) override
	{
		if (_next) return true;
		pollfd entry{sockfd(), POLLIN, 0};
		if (::poll(&entry, 1, static_cast<int>(timeout.totalMilliseconds())) <= 0) return false;
		if (tryToAccept() == Acceptor::Outcome::Pause)
			::poll(nullptr, 0, static_cast<int>(Acceptor::PAUSE.count()));
		return _next.has_value();
	}

	Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress& clientAddr) override
	{
		if (!_next) throw Poco::IllegalStateException("acceptConnection() without a poll() that was true");
		auto next = std::exchange(_next, std::nullopt);
		clientAddr = next->peer;
		auto* const connection = new Poco::Net::StreamSocketImpl(next->connection.get());
		static_cast<void>(next->connection.release()); // it has an owner now
		return connection;
	}

private:
	// POCO's loop would not survive an exception that is none of POCO's.
	[[nodiscard]] Acceptor::Outcome tryToAccept() noexcept
	{
		try
		{
			auto result = _acceptor.accept(sockfd());
			const auto outcome = result.outcome;
			if (outcome == Acceptor::Outcome::Accepted) _next = std::move(result);
			return outcome;
		}
		catch (const std::exception&)
		{
			return Acceptor::Outcome::Pause; // no memory
		}
	}

	Acceptor _acceptor;
	std::optional<Acceptor::Result> _next; // accepted, and not asked for yet
};

Descriptor another(const Poco::Net::ServerSocket& listener)
{
	return Descriptor::checked(::fcntl(listener.impl()->sockfd(), F_DUPFD_CLOEXEC, 0), "fcntl");
}

} // namespace

AcceptingSocket::AcceptingSocket(const Poco::Net::ServerSocket& listener, Acceptor acceptor)
	: ServerSocket(new AcceptingSocketImpl(another(listener), std::move(acceptor)), true)
{
}

} // namespace Bore
