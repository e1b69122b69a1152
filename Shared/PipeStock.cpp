//
// PipeStock.cpp
//

#include "Shared/PipeStock.h"

#include <utility>

namespace Bore
{

PipeStock::PipeStock(std::size_t limit) noexcept
	: _limit(limit)
{
}

std::unique_ptr<Pipe> PipeStock::borrow() noexcept
{
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		if (_lent >= _limit) return nullptr;
		++_lent;
		if (!_idle.empty())
		{
			auto pipe = std::move(_idle.back());
			_idle.pop_back();
			return pipe;
		}
	}
	auto pipe = Pipe::open();
	if (!pipe)
	{
		const std::lock_guard<std::mutex> lock(_mutex);
		--_lent;
	}
	return pipe;
}

void PipeStock::giveBack(std::unique_ptr<Pipe> pipe) noexcept
{
	if (!pipe) return;
	const std::lock_guard<std::mutex> lock(_mutex);
	--_lent;
	if (pipe->held() != 0 || _idle.size() >= KEPT) return;
	try
	{
		_idle.push_back(std::move(pipe));
	}
	catch (const std::bad_alloc&)
	{
		// It is closed instead.
	}
}

std::size_t PipeStock::lent() const
{
	const std::lock_guard<std::mutex> lock(_mutex);
	return _lent;
}

} // namespace Bore
