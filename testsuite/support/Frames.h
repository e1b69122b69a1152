//
// Frames.h
//
// What a scripted client says to a server, and reads from it.
//

#ifndef Bore_Test_Frames_INCLUDED
#define Bore_Test_Frames_INCLUDED

#include "testsuite/support/ScriptedPeer.h"

#include <cstdint>
#include <string>

namespace Bore::Test
{

namespace RecordedProof
/// A challenge of real bore's, and its answer by that secret.
{

inline constexpr char SECRET[] = "some secret string";
inline constexpr char CHALLENGE[] = R"({"Challenge":"67e55044-10b1-426f-9247-bb680e5fe0c8"})";
inline constexpr char ANSWER[] =
	R"({"Authenticate":"644048067903b23cb7641f8eb7060c6b20661200385b394443530ae12df659ad"})";

} // namespace RecordedProof

[[nodiscard]] std::uint16_t openTunnel(ScriptedPeer& control, std::uint16_t port = 0);
/// Says Hello, and returns the port of the answer.

[[nodiscard]] std::string grantedTicket(ScriptedPeer& control);
/// Offers to keep 8 standby connections, and returns the ticket of the Grant.

[[nodiscard]] std::string reclaimFrame(const std::string& ticket);
/// Without its NUL.

[[nodiscard]] std::string announcedVisitor(ScriptedPeer& control);
/// The id in the next message, which must be a Connection.

[[nodiscard]] std::string acceptFrame(const std::string& id);
/// The Accept of that visitor, with its NUL.

[[nodiscard]] std::string helloOfSize(std::size_t size);
/// Hello(0), padded with spaces to so many bytes, without its NUL.

} // namespace Bore::Test

#endif // Bore_Test_Frames_INCLUDED
