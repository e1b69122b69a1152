//
// Quota.h
//
// How many there may be, in all and of each.
//

#ifndef Bore_Shared_Quota_INCLUDED
#define Bore_Shared_Quota_INCLUDED

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace Bore
{

class Quota
/// Counts what is there at the same time, in all and by a key (an address,
/// a tunnel), and gives a place to each as long as there is room. A key is
/// remembered only while something has its place, so that the memory is
/// bounded by the total. What has no bound is counted all the same: it may get one.
/// It outlives its places. All methods may be called
/// by any thread, and places may end on any.
{
public:
	struct Bound
	{
		std::string name;      /// as the configuration calls it; constant
		std::size_t limit = 0; /// 0: none
	};

	using Count = std::pair<const std::string, std::size_t>; /// by key

	class Place
	/// Held by what was admitted; given back when it ends.
	{
	public:
		Place(Quota& quota, Count& count) noexcept;
		Place(const Place&) = delete;
		Place& operator=(const Place&) = delete;
		~Place();

	private:
		Quota& _quota;
		Count& _count; // stays where it is as long as it is not 0
	};
	using Token = std::shared_ptr<const Place>;

	struct Admission
	{
		Token place;                    /// null where there is no room
		const Bound* reached = nullptr; /// the bound without room, whose name may be read; null: admitted
	};

	Quota(Bound total, Bound perKey);
	Quota(const Quota&) = delete;
	Quota& operator=(const Quota&) = delete;

	void setLimits(std::size_t total, std::size_t perKey);
	/// Others from now on. Who has a place keeps it, also beyond them.

	[[nodiscard]] std::size_t total() const;
	/// The limit of all; 0: none.

	[[nodiscard]] Admission admit(const std::string& key);
	/// A place, if both bounds have room. Throws std::bad_alloc, and then
	/// nothing is counted.

	[[nodiscard]] Admission admit(const std::string& key, std::size_t limit);
	/// The same for a key with a bound of its own in place of that of all
	/// keys; 0: none, and it is counted all the same.

	[[nodiscard]] static Token both(Token one, Token other);
	/// Holds two places as if they were one; any of them may be null. Throws std::bad_alloc.

	[[nodiscard]] std::size_t count() const;
	/// How many places are held.

	[[nodiscard]] std::size_t count(const std::string& key) const;
	/// Of them, by that key.

private:
	[[nodiscard]] Admission place(const std::string& key, std::optional<std::size_t> limit);
	[[nodiscard]] std::pair<Count*, const Bound*> enter(
		const std::string& key, std::optional<std::size_t> limit);
	void leave(Count& count) noexcept;

	mutable std::mutex _mutex; // guards what follows, but for the names of the bounds
	Bound _total;
	Bound _perKey;
	std::size_t _count = 0;
	std::unordered_map<std::string, std::size_t> _byKey; // none is 0
};

} // namespace Bore

#endif // Bore_Shared_Quota_INCLUDED
