//
// AccessRules.h
//
// Who may speak to a server, and who may visit which port.
//

#ifndef Bore_Server_AccessRules_INCLUDED
#define Bore_Server_AccessRules_INCLUDED

#include "Server/AccessList.h"
#include "Shared/NetworkSet.h"
#include "Shared/PortRanges.h"

#include <Poco/Net/IPAddress.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace Bore
{

class AccessRules
/// All access lists of a server: that of its clients, that of all visitors,
/// and those of some public ports, which apply in addition: such a visitor
/// has to pass both. They are asked for each connection, so a look-up costs
/// a few binary searches, however many networks there are.
/// Constant after construction: other rules are another object, which
/// Admissions takes in place of this one. Any thread.
{
public:
	struct OfPorts
	{
		PortRanges ports;
		AccessList list;
	};

	struct Proxies
	/// Who speaks for others, and says for whom by the PROXY protocol: not
	/// for the lists, which judge those others.
	{
		NetworkSet clients;  /// proxies of clients: control.acceptProxyProtocol
		NetworkSet visitors; /// visitors.acceptProxyProtocol
	};

	AccessRules() = default;
	/// Let everybody in, and know no proxies.

	AccessRules(
		AccessList clients, AccessList visitors, const std::vector<OfPorts>& ofPorts, Proxies proxies = {});
	/// No port may be in two of the lists of ports.

	[[nodiscard]] std::optional<AccessList::Denial> denialOfClient(const Poco::Net::IPAddress& address) const;
	/// Whether it is kept from the control port, whatever it wants there.

	[[nodiscard]] std::optional<AccessList::Denial> denialOfVisitor(
		const Poco::Net::IPAddress& address, std::uint16_t port) const;
	/// Whether it is kept from that public port.

	[[nodiscard]] const Proxies& proxies() const noexcept { return _proxies; }

private:
	struct Range
	{
		PortRanges::Range ports;
		std::size_t list; /// in _lists
	};

	[[nodiscard]] const AccessList* listOf(std::uint16_t port) const noexcept;

	Proxies _proxies;
	AccessList _clients;
	AccessList _visitors;
	std::vector<AccessList> _lists;
	std::vector<Range> _ranges; /// in rising order
};

} // namespace Bore

#endif // Bore_Server_AccessRules_INCLUDED
