//
// Daemon.cpp
//

#include "Shared/Daemon.h"

#include "Shared/RoleFailure.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace Bore
{

namespace
{

Descriptor blockedSignals()
{
	sigset_t blocked;
	::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
	return Descriptor::checked(::signalfd(-1, &blocked, SFD_CLOEXEC), "signalfd");
}

void passOn(const Descriptor& signals, pid_t worker)
{
	signalfd_siginfo signal = {};
	if (::read(signals.get(), &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal))
		::kill(worker, static_cast<int>(signal.ssi_signo));
}

} // namespace

Daemon::Daemon()
	: _null(Descriptor::checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null"))
{
}

std::optional<int> Daemon::detach()
{
	std::array<int, 2> ends{-1, -1};
	static_cast<void>(Descriptor::checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2").release());
	Descriptor reader(ends[0]);
	Descriptor writer(ends[1]);
	std::signal(SIGCHLD, SIG_DFL); // where it is ignored there are no exit codes
	const pid_t worker = ::fork();
	if (worker < 0)
		throw RoleFailure(ExitCode::Internal,
			"cannot go into the background: fork: " + std::generic_category().message(errno));
	if (worker > 0)
	{
		writer = Descriptor(); // or its end would not show
		return await(worker, reader);
	}
	::setsid();
	_news = std::move(writer);
	return std::nullopt;
}

void Daemon::started() noexcept
{
	for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(_null.get(), descriptor);
	_started = true;
	// Where nobody waits any more it works on alone.
	[[maybe_unused]] const auto written = ::write(_news.get(), "", 1);
	_news = Descriptor();
}

int Daemon::await(pid_t worker, const Descriptor& news)
{
	const Descriptor signals = blockedSignals();
	for (;;)
	{
		std::array<pollfd, 2> events{{{news.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}}};
		if (::poll(events.data(), events.size(), -1) < 0) continue;
		if (events[1].revents != 0) passOn(signals, worker);
		if (events[0].revents == 0) continue;
		char byte = 0;
		return ::read(news.get(), &byte, 1) == 1 ? static_cast<int>(ExitCode::Ok) : codeOf(worker);
	}
}

int Daemon::codeOf(pid_t worker)
{
	int status = 0;
	while (::waitpid(worker, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status)) return WEXITSTATUS(status);
	throw RoleFailure(ExitCode::Internal,
		"the process in the background was ended by signal " + std::to_string(WTERMSIG(status)));
}

} // namespace Bore
