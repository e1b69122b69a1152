//
// ProcessSetup.h
//
// What a program asks of its process before it starts to work.
//

#ifndef Bore_Shared_ProcessSetup_INCLUDED
#define Bore_Shared_ProcessSetup_INCLUDED

#include <cstddef>
#include <cstdint>
#include <optional>

namespace Bore
{

void openStandardDescriptors();
/// Opens /dev/null where standard input, output or error is closed.
/// Otherwise the first socket would take the number, and a log line or the
/// public address would be written to a peer.

void shareHeaps() noexcept;
/// One heap for each core in place of glibc's eight (mallopt(3), M_ARENA_MAX):
/// hundreds of threads that dial would leave gaps in as many heaps, and an
/// idle connection would cost an eighth more. To be called before any thread
/// exists. Other C libraries have nothing of the kind.

struct DescriptorLimit
/// The soft limit of open descriptors, before and after.
{
	std::uint64_t before;
	std::uint64_t after;
};

[[nodiscard]] std::size_t descriptorLimit() noexcept;
/// How many descriptors may be open now (the soft limit).

[[nodiscard]] std::optional<DescriptorLimit> raiseDescriptorLimit() noexcept;
/// Raises the soft limit to the hard one: every connection takes two
/// descriptors, and the usual soft limit of 1,024 is meant for select(2),
/// which is not used. Nothing if it is there already or cannot be raised.

} // namespace Bore

#endif // Bore_Shared_ProcessSetup_INCLUDED
