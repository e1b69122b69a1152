//
// Service.h
//
// The local service under test.
//

#ifndef Bore_Bench_Service_INCLUDED
#define Bore_Bench_Service_INCLUDED

#include "bench/BulkStreams.h"
#include "bench/ServiceProtocol.h"
#include "bench/Socket.h"

#include <cstdint>
#include <thread>
#include <unordered_map>
#include <vector>

namespace Bore::Bench
{

class Service
/// What the tunnel leads to, made to cost little itself. A thread for each
/// core accepts and serves the connections that echo, answer, or lie idle,
/// each with an epoll of its own and nothing shared; connections that turn
/// out to be bulk go to BulkStreams. The destructor ends everything.
{
public:
	Service();
	/// Listens on a free port of 127.0.0.1. Throws std::system_error.

	Service(const Service&) = delete;
	Service& operator=(const Service&) = delete;
	~Service();

	[[nodiscard]] std::uint16_t port() const { return _listener.port(); }

private:
	struct Session
	{
		Socket socket;
		bool echoes = false;
	};

	using Sessions = std::unordered_map<int, Session>;

	void serve();
	void admit(int epoll, Sessions& sessions) const;
	[[nodiscard]] bool attend(Session& session);
	[[nodiscard]] bool begin(Session& session);

	Socket _listener;
	Descriptor _stop;
	BulkStreams _bulk;
	std::vector<std::thread> _threads;
};

} // namespace Bore::Bench

#endif // Bore_Bench_Service_INCLUDED
