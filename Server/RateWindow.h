//
// RateWindow.h
//
// How often something happened of late, for each address.
//

#ifndef Bore_Server_RateWindow_INCLUDED
#define Bore_Server_RateWindow_INCLUDED

#include "Shared/Clock.h"

#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace Bore
{

class RateWindow
/// Counts events by key. A key's count begins with its first event and is
/// forgotten one window later; at the most keys that are kept the oldest
/// makes room, so that no crowd of addresses takes memory without bound.
/// All methods may be called by any thread.
{
public:
	static constexpr std::size_t MOST_KEYS = 16384;
	/// Some two megabytes of addresses.

	RateWindow(Duration window, const Clock& clock, std::size_t mostKeys = MOST_KEYS);
	RateWindow(const RateWindow&) = delete;
	RateWindow& operator=(const RateWindow&) = delete;

	std::size_t add(const std::string& key);
	/// One more, and how many there are in the key's window with it.

	[[nodiscard]] std::size_t count(const std::string& key);

	[[nodiscard]] std::size_t keys();
	/// How many are remembered.

private:
	struct Entry
	{
		std::string key;
		TimePoint begin;
		std::size_t count;
	};
	using Entries = std::list<Entry>; // all last equally long: the oldest is first

	void forgetExpired();
	void forgetOldest();

	const Duration _window;
	const Clock& _clock;
	const std::size_t _mostKeys;

	std::mutex _mutex; // guards what follows
	Entries _entries;
	std::unordered_map<std::string, Entries::iterator> _byKey;
};

} // namespace Bore

#endif // Bore_Server_RateWindow_INCLUDED
