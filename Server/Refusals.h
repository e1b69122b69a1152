//
// Refusals.h
//
// What was turned away, and how often that is said.
//

#ifndef Bore_Server_Refusals_INCLUDED
#define Bore_Server_Refusals_INCLUDED

#include "Server/AccessList.h"
#include "Shared/Clock.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace Bore
{

class Refusals
/// Counts what a limit or an access rule refused, by its name, and logs one
/// line for each at most every 10 s, with the number of those it stands
/// for: a crowd must not fill the disk. The names are those of the
/// configuration, so that they are few. All methods may be called by any thread.
{
public:
	static constexpr std::chrono::seconds QUIET{10};

	explicit Refusals(const Clock& clock) noexcept
		: _clock(clock)
	{
	}
	Refusals(const Refusals&) = delete;
	Refusals& operator=(const Refusals&) = delete;

	void add(const std::string& limit, const std::string& who) noexcept;
	/// Somebody ("visitor 192.0.2.1:4711 on port 8080") met that limit.
	/// Without memory it is not said.

	void add(const AccessList::Denial& denial, const std::string& who) noexcept;
	/// The same for somebody whom an access rule keeps out.

	void add(const std::string& kind, const std::string& who, const std::string& reason) noexcept;
	/// The same for a connection that does not belong where it came to, by a
	/// name for what is wrong with it.

	[[nodiscard]] std::size_t count(const std::string& name) const;
	/// How many ever did. The name is that of a limit, or the key of a rule.

private:
	void note(const char* source, const std::string& name, const std::string& who, const std::string& reason);

	struct Entry
	{
		std::size_t count = 0;
		std::size_t unsaid = 0;
		TimePoint quietUntil = TimePoint::min();
	};

	const Clock& _clock;

	mutable std::mutex _mutex; // guards what follows
	std::map<std::string, Entry> _entries;
};

} // namespace Bore

#endif // Bore_Server_Refusals_INCLUDED
