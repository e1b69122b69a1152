//
// Descriptor.h
//
// A file descriptor that closes itself.
//

#ifndef Bore_Shared_Descriptor_INCLUDED
#define Bore_Shared_Descriptor_INCLUDED

namespace Bore
{

class Descriptor
/// Owns one descriptor that no POCO socket owns (epoll, eventfd, pipe).
/// Moved, never copied; closed by its destructor.
{
public:
	Descriptor() noexcept = default;

	explicit Descriptor(int fd) noexcept;
	/// Takes ownership; a negative number means none.

	Descriptor(Descriptor&& other) noexcept;
	Descriptor& operator=(Descriptor&& other) noexcept;
	Descriptor(const Descriptor&) = delete;
	Descriptor& operator=(const Descriptor&) = delete;
	~Descriptor();

	[[nodiscard]] static Descriptor checked(int fd, const char* call);
	/// Takes what a system call returned; throws std::system_error, which
	/// names the call, if that is negative.

	[[nodiscard]] int get() const noexcept { return _fd; }
	[[nodiscard]] int release() noexcept;
	/// Gives up ownership, to somebody who closes it.

	[[nodiscard]] explicit operator bool() const noexcept { return _fd >= 0; }

private:
	int _fd = -1;
};

} // namespace Bore

#endif // Bore_Shared_Descriptor_INCLUDED
