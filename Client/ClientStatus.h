//
// ClientStatus.h
//
// How a client's tunnels do.
//

#ifndef Bore_Client_ClientStatus_INCLUDED
#define Bore_Client_ClientStatus_INCLUDED

#include <cstddef>
#include <string>
#include <vector>

namespace Bore
{

struct ClientStatus
{
	std::string server;            /// HOST:PORT that it connects to
	std::vector<std::string> open; /// public addresses
	std::size_t opening = 0;       /// tunnels that have not been open yet
	std::size_t lost = 0;          /// tunnels that are being opened again
	std::size_t givenUp = 0;
	std::size_t connections = 0; /// that are relayed

	[[nodiscard]] std::string text() const;
	/// "open: host:41234; 3 connections": in one line for an operator.
};

} // namespace Bore

#endif // Bore_Client_ClientStatus_INCLUDED
