//
// AccessRecord.h
//
// One visitor's connection, for the access log.
//

#ifndef Bore_Server_AccessRecord_INCLUDED
#define Bore_Server_AccessRecord_INCLUDED

#include "Shared/Clock.h"
#include "Shared/RelayReport.h"

#include <Poco/Timestamp.h>

#include <cstdint>
#include <memory>
#include <string>

namespace Bore
{

class AccessLog;

class AccessRecord
/// Goes with a visitor from where it is accepted to where it ends, and
/// writes its line there: once, by whoever says first how it ended, or, as
/// aborted, by the destructor. Used by whoever has the visitor, one thread
/// at a time.
{
public:
	enum class Ending
	{
		Closed,    /// both sides ended their streams
		Reset,     /// one side reset the connection
		TimedOut,  /// nothing moved for too long
		Aborted,   /// the server stopped
		Failed,    /// the server had not what it takes
		Unclaimed, /// the client did not fetch it in time
		Withdrawn, /// its tunnel ended before the client fetched it
		Refused    /// a limit was reached
	};

	AccessRecord(
		AccessLog& log, const Clock& clock, std::string user, std::uint16_t port, std::string visitor);
	/// Made by the AccessLog.

	AccessRecord(const AccessRecord&) = delete;
	AccessRecord& operator=(const AccessRecord&) = delete;
	~AccessRecord();

	static void end(const std::shared_ptr<AccessRecord>& record, Ending ending) noexcept;
	/// Without a byte carried. Nothing where there is no record: the log is off.

	static void end(const std::shared_ptr<AccessRecord>& record, const RelayReport& report) noexcept;
	/// Up is what came from the visitor.

private:
	void write(Ending ending, std::uint64_t received, std::uint64_t sent) noexcept;
	[[nodiscard]] std::string text(Ending ending, std::uint64_t received, std::uint64_t sent) const;
	[[nodiscard]] std::string json(Ending ending, std::uint64_t received, std::uint64_t sent) const;
	[[nodiscard]] double seconds() const;

	AccessLog& _log;
	const Clock& _clock;
	const Poco::Timestamp _time;
	const TimePoint _begun;
	const std::string _user;
	const std::uint16_t _port;
	const std::string _visitor;
	bool _written = false;
};

} // namespace Bore

#endif // Bore_Server_AccessRecord_INCLUDED
