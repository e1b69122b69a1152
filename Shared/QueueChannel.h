//
// QueueChannel.h
//
// Between those who log and a target that may be slow.
//

#ifndef Bore_Shared_QueueChannel_INCLUDED
#define Bore_Shared_QueueChannel_INCLUDED

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Message.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace Bore
{

class QueueChannel final : public Poco::Channel
/// Takes messages into a queue, and has one thread hand them to a target in
/// their order. The queue is bounded (Poco::AsyncChannel's is not, as a
/// rule), and when it is full a message is dropped and counted: who logs
/// never waits, however long the target does. Of what was lost there is one
/// report, every 10 s at most, once the target takes something again.
///
/// A line that comes to an idle thread is written at once, those that come
/// close behind it together, 10 ms later: where many are logged, hardly any
/// of them has to wake the thread.
///
/// A target that never returns, such as a pipe that nobody reads, must not
/// keep the process from ending, either: close() leaves its thread behind
/// after a second.
///
/// Any thread, but for close(), and the last reference, which are the owner's.
{
public:
	static constexpr std::size_t MAX_LINES = 32'768;
	/// Of some hundred bytes each: a few MB; a second or so at the utmost rate.

	static constexpr std::chrono::milliseconds PATIENCE{1000};
	/// For what is left, at the end and at a fatal message.

	using Report = std::function<void(Poco::Channel& target, const std::string& text)>;
	/// Says what was lost ("3 lines lost: ..."), on the thread; may throw, and
	/// is then asked again later.

	QueueChannel(Poco::AutoPtr<Poco::Channel> target, Report report, std::size_t maxLines = MAX_LINES);
	/// Throws std::system_error if there is no thread to be had.

	QueueChannel(const QueueChannel&) = delete;
	QueueChannel& operator=(const QueueChannel&) = delete;
	~QueueChannel() override;
	/// Closes it.

	void log(const Poco::Message& msg) override;
	/// Throws nothing. Waits only where the message is fatal, and then for
	/// a second at most.

	[[nodiscard]] bool flush(std::chrono::milliseconds patience = PATIENCE) const;
	/// Waits until everything that came before is with the target; false if
	/// it took too long.

	void close() override;
	/// Flushes and ends the thread. From then on messages are dropped.

	static void reportToTarget(Poco::Channel& target, const std::string& text);
	/// A Report: a warning of bore.log among the others.

private:
	struct State;

	static void loop(State& state) noexcept;

	const std::shared_ptr<State> _state; // the thread has it, too, and may stay longer
	std::thread _thread;
};

} // namespace Bore

#endif // Bore_Shared_QueueChannel_INCLUDED
