//
// Handshakes.cpp
//

#include "bench/Handshakes.h"

#include "Shared/Connector.h"
#include "Shared/FrameStream.h"
#include "Shared/LogText.h"
#include "Shared/Message.h"
#include "Shared/Protocol.h"
#include "Shared/ProtocolException.h"
#include "Shared/Uuid.h"
#include "bench/Latencies.h"

#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace Bore::Bench
{

namespace
{

using SteadyClock = std::chrono::steady_clock;

constexpr Duration TIMEOUT = std::chrono::seconds(10);
constexpr std::uint32_t WARM_UP = 5;        // of each: they find cold caches, and threads yet to be started
constexpr std::uint16_t PORT_OF_NOBODY = 1; // below every minPort that is left as it is

double median(const Poco::JSON::Object& times)
{
	return times.getValue<double>("p50");
}

[[noreturn]] void refuse(const std::string& answer)
{
	throw std::runtime_error("the server answered " + escapeForLog(answer));
}

Poco::JSON::Object::Ptr described(const Latencies& latencies)
{
	Poco::JSON::Object::Ptr result = new Poco::JSON::Object;
	latencies.describe(*result);
	return result;
}

} // namespace

Handshakes::Handshakes(
	const Poco::Net::SocketAddress& to, const Poco::Net::SocketAddress& beside, const Secret& secret)
	: _to(to)
	, _beside(beside)
	, _authenticator(secret)
{
}

Poco::JSON::Object Handshakes::measure(Kind kind, std::uint32_t count) const
{
	std::vector<FrameStream> tunnels;
	if (kind == Kind::Data)
		for (const auto* server : {&_to, &_beside}) tunnels.push_back(openTunnel(*server));
	const auto once = [&](const Poco::Net::SocketAddress& server)
	{ return kind == Kind::Data ? data(server) : control(server); };
	Latencies to;
	Latencies beside;
	for (std::uint32_t i = 0; i < WARM_UP + count; ++i)
	{
		const Duration one = once(_to);
		const Duration other = once(_beside);
		if (i < WARM_UP) continue;
		to.add(one);
		beside.add(other);
	}
	Poco::JSON::Object result;
	const auto ofTo = described(to);
	const auto ofBeside = described(beside);
	result.set("to", ofTo);
	result.set("beside", ofBeside);
	result.set("more", median(*ofTo) - median(*ofBeside));
	return result;
}

FrameStream Handshakes::proved(const Poco::Net::SocketAddress& server, TimePoint deadline) const
{
	FrameStream stream(Connector().connect(server, deadline));
	answerChallenge(stream, _authenticator, deadline);
	return stream;
}

FrameStream Handshakes::openTunnel(const Poco::Net::SocketAddress& server) const
{
	const TimePoint deadline = Clock::system().now() + TIMEOUT;
	FrameStream stream = proved(server, deadline);
	stream.send(format(ClientMessage{Hello{0}}), deadline);
	const std::string answer = stream.receive(deadline);
	if (!std::holds_alternative<Hello>(parseServerMessage(answer))) refuse(answer);
	return stream;
}

Duration Handshakes::control(const Poco::Net::SocketAddress& server) const
{
	const auto start = SteadyClock::now();
	const TimePoint deadline = Clock::system().now() + TIMEOUT;
	FrameStream stream = proved(server, deadline);
	stream.send(format(ClientMessage{Hello{PORT_OF_NOBODY}}), deadline);
	const std::string answer = stream.receive(deadline);
	const Duration taken = SteadyClock::now() - start;
	const ServerMessage message = parseServerMessage(answer);
	const auto* error = std::get_if<Error>(&message);
	if (error == nullptr || error->text != Protocol::ErrorText::PORT_OUT_OF_RANGE) refuse(answer);
	return taken;
}

Duration Handshakes::data(const Poco::Net::SocketAddress& server) const
{
	const auto start = SteadyClock::now();
	const TimePoint deadline = Clock::system().now() + TIMEOUT;
	FrameStream stream = proved(server, deadline);
	stream.send(format(ClientMessage{Accept{secureRandomUuid()}}), deadline);
	std::string answer;
	try
	{
		answer = stream.receive(deadline);
	}
	catch (const PeerGoneException&)
	{
		return SteadyClock::now() - start;
	}
	refuse(answer);
}

} // namespace Bore::Bench
