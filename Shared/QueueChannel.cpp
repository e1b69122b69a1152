//
// QueueChannel.cpp
//

#include "Shared/QueueChannel.h"

#include "Shared/LoggingErrorHandler.h"
#include "Shared/Quietly.h"

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

namespace Bore
{

namespace
{

constexpr std::chrono::seconds BETWEEN_REPORTS{10}; // a disk stays full for long
constexpr std::chrono::milliseconds REST{10};       // after a batch, so that lines under load come in batches
constexpr char OVERFLOWN[] = "its target did not take them in time";

} // namespace

struct QueueChannel::State
{
	State(Poco::AutoPtr<Poco::Channel> channel, Report reporter, std::size_t most)
		: target(std::move(channel))
		, report(std::move(reporter))
		, maxLines(most)
	{
	}

	Poco::AutoPtr<Poco::Channel> target; // used by the thread alone
	const Report report;
	const std::size_t maxLines;

	std::atomic<bool> abandoned{false}; // the thread is to end without another line

	std::mutex mutex; // guards what follows, down to the empty line
	std::condition_variable filled;
	std::condition_variable progress;
	std::vector<Poco::Message> lines;
	std::uint64_t accepted = 0;
	std::uint64_t finished = 0; // of the accepted
	std::uint64_t dropped = 0;  // since the thread last looked
	bool idle = false;          // the thread waits for a line, and has to be woken
	unsigned hurry = 0;         // how many wait for the thread
	bool ending = false;
	bool ended = false;

	// Used by the thread alone.
	std::uint64_t unreported = 0;
	std::string reason;
	std::chrono::steady_clock::time_point quietUntil{};

	void queue(const Poco::Message& message)
	{
		Poco::Message copy(message); // not under the lock
		std::unique_lock<std::mutex> lock(mutex);
		if (ending || lines.size() >= maxLines)
			++dropped;
		else
		{
			lines.push_back(std::move(copy));
			++accepted;
		}
		wakeUp(lock);
	}

	void drop() noexcept
	{
		std::unique_lock<std::mutex> lock(mutex);
		++dropped;
		wakeUp(lock);
	}

	void wakeUp(std::unique_lock<std::mutex>& lock) noexcept
	{
		const bool sleeps = std::exchange(idle, false);
		lock.unlock();
		if (sleeps) filled.notify_one();
	}

	bool attempt(const std::function<void()>& step)
	{
		try
		{
			step();
			return true;
		}
		catch (const std::exception& error)
		{
			quietly([&] { reason = plainText(error); });
			return false;
		}
	}

	void write(const std::vector<Poco::Message>& batch)
	{
		for (const auto& message : batch)
		{
			if (abandoned) return;
			if (!attempt([&] { target->log(message); })) ++unreported;
		}
	}

	void reportLost(bool isLast)
	{
		const auto now = std::chrono::steady_clock::now();
		if (unreported == 0 || abandoned || (!isLast && now < quietUntil)) return;
		const std::string noun = unreported == 1 ? " line" : " lines";
		const std::string text = std::to_string(unreported) + noun + " lost: " + reason;
		if (!attempt([&] { report(*target, text); })) return;
		unreported = 0;
		quietUntil = now + BETWEEN_REPORTS;
	}
};

QueueChannel::QueueChannel(Poco::AutoPtr<Poco::Channel> target, Report report, std::size_t maxLines)
	: _state(std::make_shared<State>(std::move(target), std::move(report), maxLines))
	, _thread([state = _state] { loop(*state); })
{
}

QueueChannel::~QueueChannel()
{
	QueueChannel::close();
}

void QueueChannel::log(const Poco::Message& msg)
{
	const bool queued = quietly([&] { _state->queue(msg); });
	if (!queued) _state->drop();
	if (msg.getPriority() <= Poco::Message::PRIO_FATAL) static_cast<void>(flush());
}

bool QueueChannel::flush(std::chrono::milliseconds patience) const
{
	std::unique_lock<std::mutex> lock(_state->mutex);
	++_state->hurry;
	_state->filled.notify_one();
	const bool done = _state->progress.wait_for(lock, patience,
		[this, until = _state->accepted] { return _state->finished >= until || _state->ended; });
	--_state->hurry;
	return done;
}

void QueueChannel::close()
{
	if (!_thread.joinable()) return;
	std::unique_lock<std::mutex> lock(_state->mutex);
	_state->ending = true;
	_state->filled.notify_all();
	const bool ended = _state->progress.wait_for(lock, PATIENCE, [this] { return _state->ended; });
	lock.unlock();
	if (ended) return _thread.join();
	_state->abandoned = true;
	_thread.detach();
}

void QueueChannel::reportToTarget(Poco::Channel& target, const std::string& text)
{
	target.log(Poco::Message("bore.log", text, Poco::Message::PRIO_WARNING));
}

void QueueChannel::loop(State& state) noexcept
{
	::pthread_setname_np(::pthread_self(), "log");
	std::vector<Poco::Message> batch; // keeps its room from one time to the next
	std::unique_lock<std::mutex> lock(state.mutex);
	for (;;)
	{
		while (!state.ending && state.lines.empty() && state.dropped == 0)
		{
			state.idle = true;
			state.filled.wait(lock);
		}
		state.idle = false;
		const bool isLast = state.ending && state.lines.empty();
		batch.swap(state.lines);
		const auto dropped = std::exchange(state.dropped, 0);
		lock.unlock();

		state.write(batch);
		// What was dropped came after what was queued.
		state.unreported += dropped;
		if (dropped > 0) quietly([&state] { state.reason = OVERFLOWN; });
		quietly([&state, isLast] { state.reportLost(isLast); });

		const std::size_t written = batch.size();
		batch.clear();
		lock.lock();
		state.finished += written;
		state.progress.notify_all();
		if (isLast) break;
		state.filled.wait_for(lock, REST, [&state] { return state.ending || state.hurry > 0; });
	}
	state.ended = true;
	state.progress.notify_all();
}

} // namespace Bore
