//
// SettingFaults.h
//
// Everything that is wrong with a configuration.
//

#ifndef Bore_Shared_SettingFaults_INCLUDED
#define Bore_Shared_SettingFaults_INCLUDED

#include "Shared/ExitCode.h"
#include "Shared/Layer.h"
#include "Shared/RoleFailure.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace Bore
{

struct SettingFault
/// One thing that is wrong.
{
	Place place;
	ExitCode code = ExitCode::Configuration;
	std::string text;              /// one line: "bore.properties:3: minPort: ..."
	std::vector<std::string> keys; /// that it is about
};

class SettingFailure : public RoleFailure
/// Thrown where a configuration is wrong: all faults at once, a line each.
{
public:
	explicit SettingFailure(std::vector<SettingFault> faults);

	[[nodiscard]] const std::vector<SettingFault>& faults() const noexcept { return _faults; }

private:
	const std::vector<SettingFault> _faults;
};

class SettingFaults
/// Collects faults, so that a user hears of all of them at once, and not
/// of one at each start. For one thread.
{
public:
	void add(SettingFault fault);

	void addHiding(SettingFault fault);
	/// A fault behind which keys may be hidden, such as a file that cannot be
	/// read. From then on collect() does nothing: what seems to be missing may be there.

	void collect(const std::function<void()>& check);
	/// Runs a check between keys and takes the faults that it throws as a
	/// SettingFailure. One about a key that is wrong already is none of its own.

	[[nodiscard]] bool empty() const noexcept { return _faults.empty(); }

	[[nodiscard]] SettingFailure failure() const;
	/// All of them, ordered by layer, file and line.

	void throwIfAny() const;
	/// Throws failure() unless empty().

private:
	[[nodiscard]] bool isKnown(const SettingFault& fault) const;

	std::vector<SettingFault> _faults;
	std::set<std::string> _keys; /// that are wrong
	bool _hiding = false;
};

} // namespace Bore

#endif // Bore_Shared_SettingFaults_INCLUDED
