//
// AccessLog.h
//
// A line for each visitor's connection.
//

#ifndef Bore_Server_AccessLog_INCLUDED
#define Bore_Server_AccessLog_INCLUDED

#include "Server/AccessRecord.h"
#include "Shared/Clock.h"
#include "Shared/LogConfig.h"

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>

#include <cstdint>
#include <memory>
#include <string>

namespace Bore
{

class AccessLog
/// Writes a line for each visitor's connection when it has ended, whatever
/// ended it (doc/LOGGING.md). Off, it costs a look at a pointer. Outlives
/// its records. All methods may be called by any thread.
{
public:
	using Format = LogOutputConfig::Format;

	AccessLog() noexcept;
	/// Off.

	explicit AccessLog(const LogOutputConfig& config);
	/// Throws RoleFailure where the target cannot be opened.

	AccessLog(Poco::AutoPtr<Poco::Channel> channel, Format format);
	/// To a channel that any thread may use.

	AccessLog(const AccessLog&) = delete;
	AccessLog& operator=(const AccessLog&) = delete;
	~AccessLog();
	/// Writes what is left, and waits for that a second at most.

	[[nodiscard]] std::shared_ptr<AccessRecord> begin(
		const Clock& clock, const std::string& user, std::uint16_t port, const std::string& visitor);
	/// For a visitor ("192.0.2.1:4711") that has connected to the tunnel's
	/// port now. The user is who opened the tunnel, empty if nobody knows.
	/// Null when off.

	void write(const std::string& line) noexcept;
	/// Called by the records.

	[[nodiscard]] Format format() const noexcept { return _format; }

private:
	Poco::AutoPtr<Poco::Channel> _channel; // null: off
	const Format _format;
};

} // namespace Bore

#endif // Bore_Server_AccessLog_INCLUDED
