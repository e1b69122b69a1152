//
// Logging.h
//
// The log of a program.
//

#ifndef Bore_Shared_Logging_INCLUDED
#define Bore_Shared_Logging_INCLUDED

#include "Shared/LogConfig.h"
#include "Shared/QueueChannel.h"

#include <Poco/AutoPtr.h>

namespace Bore
{

class Logging
/// Has POCO's loggers write where a configuration says, from its beginning
/// to its end, through a queue: whoever logs never waits for the target.
/// One per process, used by main's thread; what is said of a method aside.
{
public:
	explicit Logging(const LogConfig& config);
	/// Throws RoleFailure where the target cannot be opened.

	Logging(const Logging&) = delete;
	Logging& operator=(const Logging&) = delete;
	~Logging();
	/// Writes what is left, and waits for that a second at most. What is
	/// logged afterwards is lost.

	static void setLevels(const LogConfig& config);
	/// Its levels from now on; the rest of it is of no account. Any thread.
	/// Throws std::bad_alloc.

	void flush() const noexcept;
	/// Waits until what was logged so far is written, a second at most. Any thread.

	static void reopenFiles() noexcept;
	/// For logrotate(8): all log files of the process are opened anew, and
	/// the log says so. Any thread.

private:
	Poco::AutoPtr<QueueChannel> _channel;
};

} // namespace Bore

#endif // Bore_Shared_Logging_INCLUDED
