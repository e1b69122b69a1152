//
// MessageFuzz.cpp
//
// Any frame: each parser takes it or refuses it as it says, and what one
// took is the same after it was written and read again.
//

#include "Shared/Extension.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "testsuite/fuzz/Fuzz.h"

#include <string>

using namespace Bore;
using namespace Bore::Fuzz;

namespace
{

template <typename Message>
void checkWritten(const Message& message, std::string_view frame, Message (*parse)(std::string_view))
{
	require(isWellFormedJson(frame), "a message is well-formed JSON");
	const std::string written = format(message);
	require(written.find('\0') == std::string::npos, "a frame holds no NUL");
	require(format(parse(written)) == written, "a message is the same when it is read again");
}

void readAsClient(std::string_view frame)
{
	try
	{
		checkWritten(parseClientMessage(frame), frame, &parseClientMessage);
	}
	catch (const MalformedFrameException&)
	{
		return;
	}
}

void readAsServer(std::string_view frame)
{
	try
	{
		const auto message = parseServerMessage(frame);
		checkWritten(message, frame, &parseServerMessage);
		require(format(message).size() <= Protocol::MAX_FRAME_BYTES, "what we write fits a frame");
	}
	catch (const MalformedFrameException&)
	{
		return;
	}
}

template <typename Extension>
void checkExtension(std::string_view frame, std::optional<Extension> (*parse)(std::string_view) noexcept)
{
	const auto extension = parse(frame);
	if (!extension) return;
	require(isWellFormedJson(frame), "an extension is well-formed JSON");
	const auto again = parse(format(*extension));
	require(again && format(*again) == format(*extension), "an extension is the same when it is read again");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	const auto frame = textOf(data, size);
	readAsClient(frame);
	readAsServer(frame);
	checkExtension<Offer>(frame, &parseOffer);
	checkExtension<Grant>(frame, &parseGrant);
	checkExtension<VisitorNotice>(frame, &parseVisitorNotice);
	checkExtension<ClientSign>(frame, &parseClientSign);
	return 0;
}
