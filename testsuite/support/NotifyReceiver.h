//
// NotifyReceiver.h
//
// Where a test takes the part of a service manager.
//

#ifndef Bore_Test_NotifyReceiver_INCLUDED
#define Bore_Test_NotifyReceiver_INCLUDED

#include "Shared/Descriptor.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <optional>
#include <string>
#include <vector>

namespace Bore::Test
{

class NotifyReceiver
/// A socket for what a service tells (sd_notify(3)). For one thread.
{
public:
	enum class Kind
	{
		Path,
		Abstract
	};

	explicit NotifyReceiver(Kind kind = Kind::Path);

	explicit NotifyReceiver(std::string address);
	/// At an address of the test's.

	[[nodiscard]] const std::string& address() const noexcept { return _address; }
	/// For NOTIFY_SOCKET.

	[[nodiscard]] std::string receive();
	/// The next message. Fails the test if none comes within PATIENCE.

	[[nodiscard]] std::string receiveWith(const std::string& text);
	/// The next one that contains the text; others before it are passed over.

	[[nodiscard]] std::vector<std::string> waiting();
	/// What has come, and was not received yet.

private:
	[[nodiscard]] std::optional<std::string> next(int milliseconds);

	const TemporaryDirectory _directory;
	const std::string _address;
	const Descriptor _socket;
};

} // namespace Bore::Test

#endif // Bore_Test_NotifyReceiver_INCLUDED
