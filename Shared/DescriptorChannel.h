//
// DescriptorChannel.h
//
// Lines on standard error.
//

#ifndef Bore_Shared_DescriptorChannel_INCLUDED
#define Bore_Shared_DescriptorChannel_INCLUDED

#include <Poco/Channel.h>
#include <Poco/Message.h>

namespace Bore
{

class DescriptorChannel : public Poco::Channel
/// Writes each message's text as a line to a descriptor, and waits for as
/// long as that takes. Not Poco::ConsoleChannel: its stream takes nothing
/// more, without a word, after the first write that failed, and is flushed
/// once more as the process ends, where a pipe that nobody reads would hold
/// it for ever. One thread at a time.
{
public:
	explicit DescriptorChannel(int descriptor) noexcept;
	/// Stays its owner's, and open.

	void log(const Poco::Message& msg) override;
	/// Throws std::system_error.

private:
	const int _descriptor;
};

} // namespace Bore

#endif // Bore_Shared_DescriptorChannel_INCLUDED
