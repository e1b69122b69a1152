//
// CapturedLog.h
//
// What the code under test logs.
//

#ifndef Bore_Test_CapturedLog_INCLUDED
#define Bore_Test_CapturedLog_INCLUDED

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>

#include <string>

namespace Bore::Test
{

class CapturedLog
/// Takes the log of the whole process for as long as it lives, every level.
{
public:
	CapturedLog();
	CapturedLog(const CapturedLog&) = delete;
	CapturedLog& operator=(const CapturedLog&) = delete;
	~CapturedLog();

	[[nodiscard]] std::string text() const;
	/// A line for each message: "Warning source: text". Any thread.

private:
	class Lines;

	Poco::AutoPtr<Lines> _lines;
	Poco::AutoPtr<Poco::Channel> _before;
	int _levelBefore;
};

} // namespace Bore::Test

#endif // Bore_Test_CapturedLog_INCLUDED
