//
// Arguments.cpp
//

#include "testsuite/support/Arguments.h"

#include "Shared/CommandLine.h"
#include "Shared/RoleFailure.h"

namespace Bore::Test
{

Arguments::Arguments(const std::vector<std::string>& arguments)
	: _storage{"program"}
{
	_storage.insert(_storage.end(), arguments.begin(), arguments.end());
	for (auto& argument : _storage) _values.push_back(argument.data());
	_values.push_back(nullptr);
}

int Arguments::count() const
{
	return static_cast<int>(_storage.size());
}

char** Arguments::values()
{
	return _values.data();
}

std::string Arguments::bytes() const
{
	std::string all;
	for (const auto& argument : _storage) all += argument + '\0';
	return all;
}

Settings load(const SettingTable& table, const std::vector<std::string>& arguments,
	const EnvironmentVariables& environment)
{
	Arguments list(arguments);
	return Settings(table, CommandLine(table, list.count(), list.values()), environment);
}

Refusal refusalOf(const std::function<void()>& work)
{
	try
	{
		work();
	}
	catch (const RoleFailure& e)
	{
		return {e.code(), e.what()};
	}
	return {ExitCode::Ok, ""};
}

} // namespace Bore::Test
