//
// Transcript.cpp
//

#include "testsuite/support/Transcript.h"

#include <Poco/FileStream.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <algorithm>

namespace Bore::Test
{

namespace
{

// Poco's parser cuts a string at a NUL, so a character that no transcript
// holds stands in for it while the file is parsed.
constexpr char NUL_STAND_IN = '\x01';

TranscriptStep::By sideOf(const std::string& key)
{
	if (key == "client") return TranscriptStep::By::Client;
	if (key == "client (new connection)") return TranscriptStep::By::ClientOnNewConnection;
	if (key == "server") return TranscriptStep::By::Server;
	throw Poco::DataFormatException("transcript step of an unknown side", key);
}

TranscriptStep stepFrom(const Poco::JSON::Object& object)
{
	if (object.size() != 1) throw Poco::DataFormatException("transcript step without exactly one side");
	const std::string key = object.begin()->first;
	TranscriptStep step{sideOf(key), object.getValue<std::string>(key), false};
	step.endOfStream = step.bytes == "<EOF>";
	if (step.endOfStream) step.bytes.clear();
	std::replace(step.bytes.begin(), step.bytes.end(), NUL_STAND_IN, '\0');
	return step;
}

} // namespace

std::vector<Transcript> loadTranscripts(const std::string& path)
{
	Poco::FileInputStream file(path);
	std::string text;
	Poco::StreamCopier::copyToString(file, text);
	Poco::replaceInPlace(text, "\\u0000", "\\u0001");

	std::vector<Transcript> transcripts;
	const auto conversations = Poco::JSON::Parser().parse(text).extract<Poco::JSON::Array::Ptr>();
	for (unsigned i = 0; i < conversations->size(); ++i)
	{
		const auto conversation = conversations->getObject(i);
		Transcript transcript{conversation->getValue<std::string>("name"), {}};
		const auto steps = conversation->getArray("steps");
		for (unsigned k = 0; k < steps->size(); ++k)
			transcript.steps.push_back(stepFrom(*steps->getObject(k)));
		transcripts.push_back(std::move(transcript));
	}
	return transcripts;
}

} // namespace Bore::Test
