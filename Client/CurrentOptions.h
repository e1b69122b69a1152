//
// CurrentOptions.h
//
// What a tunnel's session goes by, and its next one.
//

#ifndef Bore_Client_CurrentOptions_INCLUDED
#define Bore_Client_CurrentOptions_INCLUDED

#include "Client/SessionOptions.h"

#include <memory>
#include <mutex>
#include <utility>

namespace Bore
{

class CurrentOptions
/// The options of one tunnel: those of its session, by which its dials and
/// standby connections go, too, and those of its next. So a new secret
/// disturbs nothing that was proved by the old one. All methods: any thread.
{
public:
	using Ptr = std::shared_ptr<const SessionOptions>;

	explicit CurrentOptions(Ptr options) noexcept
		: _session(options)
		, _next(std::move(options))
	{
	}
	CurrentOptions(const CurrentOptions&) = delete;
	CurrentOptions& operator=(const CurrentOptions&) = delete;

	[[nodiscard]] Ptr session() const noexcept
	/// Those of the session that is, or was last. Never null.
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _session;
	}

	[[nodiscard]] Ptr next() const noexcept
	/// The newest. Never null.
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		return _next;
	}

	void set(Ptr options) noexcept
	/// For the next session.
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_next.swap(options); // the old ones may end here, after the lock
	}

	void begin() noexcept
	/// A session begins.
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		_session = _next;
	}

private:
	mutable std::mutex _mutex; // guards what follows
	Ptr _session;
	Ptr _next;
};

} // namespace Bore

#endif // Bore_Client_CurrentOptions_INCLUDED
