//
// Traffic.h
//
// Both ends of a relayed connection, and a model of what must arrive.
//

#ifndef Bore_Test_Traffic_INCLUDED
#define Bore_Test_Traffic_INCLUDED

#include "testsuite/support/ByteSource.h"
#include "testsuite/support/RelayRig.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace Bore::Test
{

class Traffic
/// Drives both ends of a relay from one thread, which never waits for one
/// of them alone, and compares what arrives with what was sent:
/// - every byte is the right one;
/// - an end of stream comes only where the other side has ended its own,
///   and behind all that it sent;
/// - a reset comes only where the other side was reset, or a fault was
///   injected.
/// For one thread.
{
public:
	enum Side : unsigned
	{
		Visitor,
		Service
	};

	enum class Faults
	{
		None,
		Injected /// the relay may end at any time, but by resets
	};

	Traffic(RelayedPair pair, std::uint64_t seed, Faults faults = Faults::None);

	void send(Side side, std::uint64_t bytes);
	/// So many more of that side's bytes, as fast as they are taken.

	void halfClose(Side side);
	/// The end of that side's stream, behind what it has to send.

	void reset(Side side);
	/// Now: what has not been sent never is.

	void setReading(Side side, bool isReading);
	/// Whether it takes what comes. In the beginning it does.

	bool step();
	/// Sends and receives what can be now; false if there was nothing.

	void finish();
	/// Both sides read again, and end their streams if they have not; then
	/// all of it is carried, and the relay ends. Fails the test where that
	/// is not as above, or does not end.

private:
	struct End
	{
		explicit End(ScriptedPeer end, std::uint64_t seed, std::uint64_t seedOfOther)
			: peer(std::move(end))
			, output(seed)
			, input(seedOfOther)
		{
		}

		ScriptedPeer peer;
		ByteSource output;
		ByteCheck input;
		std::string chunk;        /// drawn from the output, not yet taken by the socket
		std::uint64_t toDraw = 0; /// bytes to send behind the chunk
		std::uint64_t sent = 0;   /// bytes
		bool isReading = true;
		bool wantsToEnd = false;
		bool isEnding = false;
		bool hasEnded = false;   /// its own stream, by an end
		bool cannotSend = false; /// a send failed: what was to come never does
		bool wasReset = false;   /// by itself
		bool sawEnd = false;     /// of the other's stream
		bool sawReset = false;
	};

	[[nodiscard]] bool sendSome(End& end, const End& other);
	[[nodiscard]] bool receiveSome(End& end, const End& other);
	[[nodiscard]] bool isOver() const noexcept;
	void expectReset(const End& other, const std::string& how) const;
	void checkReport();

	std::array<End, 2> _ends;
	std::future<RelayReport> _report;
	const Faults _faults;
};

} // namespace Bore::Test

#endif // Bore_Test_Traffic_INCLUDED
