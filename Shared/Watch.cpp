//
// Watch.cpp
//

#include "Shared/Watch.h"

#include <Poco/ErrorHandler.h>

#include <array>
#include <cerrno>
#include <new>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace Bore
{

namespace
{

constexpr std::size_t BATCH = 256; // events taken at once
constexpr int STACK_BYTES = 128 * 1024;
// An event carries a tag: the id, which parking under that id it is about,
// and the side it happened on. Late events are few and soon gone, so the
// low bits of the count tell one parking from another.
constexpr std::uint64_t WAKE_UP = 0; // ids start at 1
constexpr unsigned ID_SHIFT = 20;
constexpr std::uint64_t PARKING_MASK = 0x7FFFF;

std::uint64_t tagOf(Watch::Id id, std::uint64_t parking, unsigned side) noexcept
{
	return id << ID_SHIFT | (parking & PARKING_MASK) << 1U | side;
}

} // namespace

Watch::Watch(Workers& workers, const Clock& clock)
	: _workers(workers)
	, _clock(clock)
	, _epoll(Descriptor::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))
	, _wakeUp(Descriptor::checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"))
	, _thread("watch")
{
	epoll_event event{};
	event.events = EPOLLIN;
	event.data.u64 = WAKE_UP;
	if (::epoll_ctl(_epoll.get(), EPOLL_CTL_ADD, _wakeUp.get(), &event) != 0)
		throw std::system_error(errno, std::generic_category(), "epoll_ctl");
	_thread.setStackSize(STACK_BYTES);
	_thread.startFunc([this] { run(); });
}

Watch::~Watch()
{
	stop();
}

bool Watch::park(Id id, std::shared_ptr<Watched> watched, const Side& first, const Side& second,
	std::optional<TimePoint> deadline)
{
	bool look = false;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_stopping) return false;
		try
		{
			const auto [entry, isNew] =
				_entries.try_emplace(id, Entry{std::move(watched), {-1, -1}, deadline, ++_parkings});
			poco_assert(isNew);
			if (!add(id, 0, first, entry->second) || !add(id, 1, second, entry->second))
			{
				removeDescriptors(entry->second);
				_entries.erase(entry);
				return false;
			}
			if (deadline) _deadlines.emplace(*deadline, id);
		}
		catch (const std::bad_alloc&)
		{
			if (const auto entry = _entries.find(id); entry != _entries.end())
			{
				removeDescriptors(entry->second);
				_entries.erase(entry);
			}
			return false;
		}
		look = deadline && *deadline < _nextLook;
	}
	if (look) recheck();
	return true;
}

std::shared_ptr<Watched> Watch::withdraw(Id id) noexcept
{
	Entries::node_type node;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		const auto entry = _entries.find(id);
		if (entry == _entries.end()) return nullptr;
		forget(entry);
		node = _entries.extract(entry);
	}
	removeDescriptors(node.mapped());
	return std::move(node.mapped().watched);
}

void Watch::recheck() noexcept
{
	const std::uint64_t one = 1;
	// A full counter (EAGAIN) wakes the thread as well as this one would.
	[[maybe_unused]] const auto written = ::write(_wakeUp.get(), &one, sizeof one);
}

std::size_t Watch::size() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _entries.size();
}

void Watch::stop() noexcept
{
	if (_stopping.exchange(true)) return;
	recheck();
	_thread.join();
	Entries left;
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		left.swap(_entries);
		_deadlines.clear();
	}
	for (const auto& [id, entry] : left) removeDescriptors(entry);
}

void Watch::run() noexcept
{
	::pthread_setname_np(::pthread_self(), _thread.name().c_str());
	std::array<epoll_event, BATCH> events{};
	std::vector<Claim> claims;
	while (!_stopping)
	{
		const int count = ::epoll_wait(_epoll.get(), events.data(), BATCH, timeout());
		try
		{
			{
				const std::lock_guard<std::mutex> lock(_mutex);
				for (int i = 0; i < count; ++i)
				{
					const auto& event = events.at(static_cast<std::size_t>(i));
					claimReady(event.data.u64, event.events, claims);
				}
				claimExpired(claims);
			}
			resume(claims);
		}
		catch (const std::exception& error)
		{
			Poco::ErrorHandler::handle(error);
		}
	}
}

int Watch::timeout()
{
	const std::lock_guard<std::mutex> lock(_mutex);
	_nextLook = _deadlines.empty() ? TimePoint::max() : _deadlines.begin()->first;
	return _deadlines.empty() ? -1 : millisecondsUntil(_nextLook, _clock.now());
}

void Watch::claimReady(std::uint64_t tag, std::uint32_t events, std::vector<Claim>& claims)
{
	if (tag == WAKE_UP)
	{
		std::uint64_t count = 0;
		[[maybe_unused]] const auto taken = ::read(_wakeUp.get(), &count, sizeof count);
		return;
	}
	const Id id = tag >> ID_SHIFT;
	const auto side = static_cast<unsigned>(tag & 1U);
	const auto entry = _entries.find(id);
	if (entry == _entries.end() || tagOf(id, entry->second.parking, side) != tag) return;
	Wake wake;
	wake.events.at(side) = events;
	claim(entry, wake, claims);
}

void Watch::claimExpired(std::vector<Claim>& claims)
{
	const TimePoint now = _clock.now();
	Wake wake;
	wake.expired = true;
	while (!_deadlines.empty() && _deadlines.begin()->first <= now)
		claim(_entries.find(_deadlines.begin()->second), wake, claims);
}

void Watch::claim(Entries::iterator entry, const Wake& wake, std::vector<Claim>& claims)
{
	claims.emplace_back(
		Entries::node_type(), wake); // before the entry leaves the map: no memory must not lose it
	forget(entry);
	claims.back().first = _entries.extract(entry);
}

void Watch::resume(std::vector<Claim>& claims) noexcept
{
	for (auto& [node, wake] : claims)
	{
		removeDescriptors(node.mapped());
		const auto watched = std::move(node.mapped().watched);
		try
		{
			watched->pool(_workers).post([watched, why = wake] { watched->resume(why); });
		}
		catch (const std::bad_alloc&)
		{
			watched->resume(wake); // here, rather than never
		}
	}
	claims.clear();
}

bool Watch::add(Id id, unsigned side, const Side& what, Entry& entry) noexcept
{
	if (what.socket == nullptr) return true;
	epoll_event event{};
	event.events = what.events | EPOLLONESHOT;
	event.data.u64 = tagOf(id, entry.parking, side);
	const int descriptor = what.socket->impl()->sockfd();
	if (::epoll_ctl(_epoll.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) return false;
	entry.descriptors[side] = descriptor;
	return true;
}

void Watch::removeDescriptors(const Entry& entry) noexcept
{
	for (const int descriptor : entry.descriptors)
		if (descriptor >= 0) ::epoll_ctl(_epoll.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void Watch::forget(Entries::iterator entry) noexcept
{
	if (entry->second.deadline) _deadlines.erase({*entry->second.deadline, entry->first});
}

} // namespace Bore
