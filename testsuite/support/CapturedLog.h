//
// CapturedLog.h
//
// What the code under test logs.
//

#ifndef Bore_Test_CapturedLog_INCLUDED
#define Bore_Test_CapturedLog_INCLUDED

#include <string>

namespace Bore::Test
{

class CapturedLog
/// Takes the log of the whole process for as long as it lives, every level.
/// One at a time, in one test. Threads of the code under test may log on
/// while it begins and ends: POCO's loggers lead to one channel for all of
/// the process, which only looks where to write under a lock of its own,
/// since to exchange a logger's channel under its users is a race.
{
public:
	CapturedLog();
	CapturedLog(const CapturedLog&) = delete;
	CapturedLog& operator=(const CapturedLog&) = delete;
	~CapturedLog();

	static void prepare();
	/// Puts that channel in place. To be called before any thread may log.

	[[nodiscard]] std::string text() const;
	/// A line for each message: "Warning source: text". Any thread.

private:
	const int _levelBefore;
};

} // namespace Bore::Test

#endif // Bore_Test_CapturedLog_INCLUDED
