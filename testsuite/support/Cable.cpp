//
// Cable.cpp
//

#include "testsuite/support/Cable.h"

#include "testsuite/support/NetworkNamespace.h"

#include <cerrno>
#include <fcntl.h>
#include <future>
#include <optional>
#include <sched.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace Bore::Test
{

namespace
{

void check(int result, const char* what)
{
	if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

Descriptor newNetwork()
// That of a thread which leaves it to us, and ends.
{
	const auto make = []
	{
		check(::unshare(CLONE_NEWNET), "unshare");
		return Descriptor::checked(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open");
	};
	return std::async(std::launch::async, make).get();
}

} // namespace

Cable::Cable()
	: _far(newNetwork())
{
	beyond(_far.get(),
		[]
		{
			ip("link add far type veth peer name near netns " + std::to_string(::getpid()));
			ip("address add " + std::string(FAR) + "/24 dev far");
			ip("link set far up");
		});
	ip("address add " + std::string(NEAR) + "/24 dev near");
	ip("link set near up");
}

ScriptedPeer Cable::connect(std::uint16_t port) const
{
	std::optional<ScriptedPeer> peer;
	beyond(_far.get(), [&] { peer.emplace(ScriptedPeer::connectTo(port, NEAR)); });
	return *std::move(peer);
}

void Cable::cut() const
{
	beyond(_far.get(), [] { ip("link set far down"); });
}

void Cable::mend() const
{
	beyond(_far.get(), [] { ip("link set far up"); });
}

void Cable::beyond(int network, const std::function<void()>& work)
{
	const auto task = [&]
	{
		check(::setns(network, CLONE_NEWNET), "setns");
		work();
	};
	// A thread of its own, and so no other's network is another afterwards.
	std::async(std::launch::async, task).get();
}

} // namespace Bore::Test
