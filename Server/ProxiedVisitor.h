//
// ProxiedVisitor.h
//
// A visitor of whom a proxy has yet to say who it is.
//

#ifndef Bore_Server_ProxiedVisitor_INCLUDED
#define Bore_Server_ProxiedVisitor_INCLUDED

#include "Server/AccessRecord.h"
#include "Server/ProxyHeaderReader.h"
#include "Server/ServerContext.h"
#include "Shared/Clock.h"
#include "Shared/ProxyHeader.h"
#include "Shared/Quota.h"
#include "Shared/Watch.h"
#include "Shared/Watched.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <memory>
#include <string>

namespace Bore
{

struct ProxiedArrival
/// A connection of a proxy, for a visitor.
{
	Poco::Net::StreamSocket socket;
	Poco::Net::SocketAddress proxy; /// where it comes from
	ProxyHeader header = {};        /// once it is read
	Quota::Token place = {};        /// among the visitors that wait

	[[nodiscard]] const Poco::Net::SocketAddress& visitor() const noexcept
	/// Whom the proxy speaks for; the proxy itself where it does not say.
	{
		return header.addresses ? header.addresses->from : proxy;
	}
};

class ProxiedVisitor : public Watched, public std::enable_shared_from_this<ProxiedVisitor>
/// Reads the header of the PROXY protocol that a connection from a proxy's
/// network has to begin with, and gives it to its tunnel then. It lies in
/// the Watch meanwhile, for 3 s at most, and costs no thread. One whose
/// header is late or no good is reset, which is logged.
/// Kept alive by whoever runs it, or by the Watch.
{
public:
	struct Origin
	/// The tunnel that it came to.
	{
		std::uint64_t tunnel; /// its id
		std::uint16_t port;
		std::string identity; /// its client's, for the access log
	};

	ProxiedVisitor(const ServerContext& context, Origin origin, ProxiedArrival arrival);
	~ProxiedVisitor() override;

	void begin() noexcept;
	/// Reads what has come already. Once.

	void resume(const Wake& wake) noexcept override;

	static void end(const ServerContext& context, const Origin& origin, ProxiedArrival& arrival,
		AccessRecord::Ending ending) noexcept;
	/// Resets one that does not become a visitor, with its line in the access log.

private:
	void advance();
	void refuse(const std::string& fault);
	void drop(AccessRecord::Ending ending) noexcept;

	const ServerContext& _context;
	const Origin _origin;
	const Watch::Id _id;
	const TimePoint _deadline;
	ProxiedArrival _arrival;
	ProxyHeaderReader _reader;
	bool _isDone = false;
};

} // namespace Bore

#endif // Bore_Server_ProxiedVisitor_INCLUDED
