//
// NetworkNamespace.h
//
// A network of the test's own, which it may spoil.
//

#ifndef Bore_Test_NetworkNamespace_INCLUDED
#define Bore_Test_NetworkNamespace_INCLUDED

#include <cstdint>
#include <functional>
#include <string>

namespace Bore::Test
{

void inNetworkNamespace(const std::function<void()>& work);
/// Runs the work in a process of its own, with a network that consists of
/// loopback alone and goes with the process. As root, or where users may
/// make user namespaces; elsewhere the test fails and says so. What the
/// work throws fails the test; so does a work that takes too long. Not
/// while the process has threads.

void ip(const std::string& arguments);
/// Inside: runs ip, of the package iproute2, in the calling thread's network.

void prepareBlackHoles();
/// Inside: has the kernel ask its rules before it takes a packet for its
/// own.

void blackHole(std::uint16_t fromPort, std::uint16_t toPort);
/// Inside, after prepareBlackHoles(): TCP segments from that port to that
/// port vanish from now on, and nobody is told.

} // namespace Bore::Test

#endif // Bore_Test_NetworkNamespace_INCLUDED
