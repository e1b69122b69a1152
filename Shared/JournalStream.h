//
// JournalStream.h
//
// Whether what we write goes to systemd's journal.
//

#ifndef Bore_Shared_JournalStream_INCLUDED
#define Bore_Shared_JournalStream_INCLUDED

#include <Poco/Message.h>

#include <string>

namespace Bore
{

[[nodiscard]] bool isJournalStream(int descriptor, const char* journalStream) noexcept;
/// Whether a descriptor is the one that the variable JOURNAL_STREAM names,
/// as "device:inode" in decimal (systemd.exec(5)). It is inherited by whoever
/// is started with another standard error, so that alone it says nothing.
/// Null: the variable is not set. Any thread.

[[nodiscard]] std::string journalPrefix(Poco::Message::Priority priority);
/// "<6>": by it the journal knows how important a line is (sd-daemon(3)). Any thread.

} // namespace Bore

#endif // Bore_Shared_JournalStream_INCLUDED
