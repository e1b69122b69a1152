//
// Transcript.h
//
// Recorded conversations with an original server.
//

#ifndef Bore_Test_Transcript_INCLUDED
#define Bore_Test_Transcript_INCLUDED

#include <string>
#include <vector>

namespace Bore::Test
{

struct TranscriptStep
/// What one side did next.
{
	enum class By
	{
		Client,
		ClientOnNewConnection,
		Server
	};

	By by;
	std::string bytes; /// as on the wire, with every NUL; empty at the end of the stream
	bool endOfStream;  /// the side closed the connection
};

struct Transcript
/// One conversation from connecting to the end.
{
	std::string name;
	std::vector<TranscriptStep> steps;
};

[[nodiscard]] std::vector<Transcript> loadTranscripts(const std::string& path);
/// Reads all conversations of a JSON file. Throws Poco::Exception if the
/// file cannot be read or is not of the form expected.

} // namespace Bore::Test

#endif // Bore_Test_Transcript_INCLUDED
