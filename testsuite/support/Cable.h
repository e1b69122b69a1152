//
// Cable.h
//
// A link between two networks, which a test may cut.
//

#ifndef Bore_Test_Cable_INCLUDED
#define Bore_Test_Cable_INCLUDED

#include "Shared/Descriptor.h"
#include "testsuite/support/ScriptedPeer.h"

#include <cstdint>
#include <functional>

namespace Bore::Test
{

class Cable
/// Inside inNetworkNamespace(): makes a second network, as of another
/// machine, and a link from it to the first (veth), whose end here has the
/// address NEAR. For one thread.
{
public:
	static constexpr char NEAR[] = "192.0.2.1"; // kept for documentation (RFC 5737)
	static constexpr char FAR[] = "192.0.2.2";

	Cable();

	[[nodiscard]] ScriptedPeer connect(std::uint16_t port) const;
	/// From the other machine to that port of this one.

	void cut() const;
	/// Takes the link down, at the other machine: nobody is told.

	void mend() const;

private:
	static void beyond(int network, const std::function<void()>& work);
	/// Does it as the other machine.

	Descriptor _far; // the other machine's network
};

} // namespace Bore::Test

#endif // Bore_Test_Cable_INCLUDED
