//
// SettingFaults.cpp
//

#include "Shared/SettingFaults.h"

#include <algorithm>
#include <utility>

namespace Bore
{

namespace
{

ExitCode codeOf(const std::vector<SettingFault>& faults)
{
	const bool usage = std::all_of(faults.begin(), faults.end(),
		[](const SettingFault& fault) { return fault.code == ExitCode::Usage; });
	return usage ? ExitCode::Usage : ExitCode::Configuration;
}

std::string textOf(const std::vector<SettingFault>& faults)
{
	std::string text;
	for (const auto& fault : faults) text += (text.empty() ? "" : "\n") + fault.text;
	return text;
}

} // namespace

SettingFailure::SettingFailure(std::vector<SettingFault> faults)
	: RoleFailure(codeOf(faults), textOf(faults))
	, _faults(std::move(faults))
{
}

void SettingFaults::add(SettingFault fault)
{
	_keys.insert(fault.keys.begin(), fault.keys.end());
	_faults.push_back(std::move(fault));
}

void SettingFaults::addHiding(SettingFault fault)
{
	_hiding = true;
	add(std::move(fault));
}

void SettingFaults::collect(const std::function<void()>& check)
{
	if (_hiding) return;
	try
	{
		check();
	}
	catch (const SettingFailure& failure)
	{
		// Judged before any is added: two faults of one check may share a key.
		std::vector<SettingFault> fresh;
		std::copy_if(failure.faults().begin(), failure.faults().end(), std::back_inserter(fresh),
			[this](const SettingFault& fault) { return !isKnown(fault); });
		for (auto& fault : fresh) add(std::move(fault));
	}
}

SettingFailure SettingFaults::failure() const
{
	std::vector<SettingFault> ordered = _faults;
	std::stable_sort(ordered.begin(), ordered.end(),
		[](const SettingFault& a, const SettingFault& b) { return a.place < b.place; });
	return SettingFailure(std::move(ordered));
}

void SettingFaults::throwIfAny() const
{
	if (!empty()) throw failure();
}

bool SettingFaults::isKnown(const SettingFault& fault) const
{
	return std::any_of(fault.keys.begin(), fault.keys.end(),
		[this](const std::string& key) { return _keys.count(key) != 0; });
}

} // namespace Bore
