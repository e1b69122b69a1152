//
// RoleApplication.h
//
// What the two programs' mains share.
//

#ifndef Bore_Shared_RoleApplication_INCLUDED
#define Bore_Shared_RoleApplication_INCLUDED

#include "Shared/Role.h"
#include "Shared/SettingTable.h"
#include "Shared/Settings.h"

#include <Poco/AutoPtr.h>
#include <Poco/Util/Application.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

class RoleApplication : public Poco::Util::Application
/// Takes a program from its command line to its exit code: --help,
/// --version, settings, logging to standard error, signals, and one line
/// for a user where something is wrong. The role itself comes from a
/// derived class. One per process (POCO's rule), used by main's thread alone.
{
public:
	explicit RoleApplication(const SettingTable& table);
	/// The table must outlive the application.

	int start(int argc, char** argv);
	/// All of the program; the exit code. Throws nothing. To be called
	/// once, before any thread exists: it blocks the stop signals for all.

protected:
	using ExitCode = Bore::ExitCode; /// not POCO's, which it would otherwise inherit

	[[nodiscard]] virtual std::unique_ptr<Role> createRole(const Settings& settings) = 0;
	/// Called once. Throws RoleFailure if the settings do not fit together.

	int main(const std::vector<std::string>& args) override;
	[[nodiscard]] const char* name() const override;

private:
	[[nodiscard]] int begin(int argc, char** argv);
	[[nodiscard]] int runRole();
	[[nodiscard]] int reporting(const std::function<int()>& work) const;
	int report(ExitCode code, const std::string& text) const;

	const SettingTable& _table;
	std::unique_ptr<Role> _role;
};

template <class Application>
int launch(int argc, char** argv)
/// The whole main() of a program.
{
	// POCO counts references to an application, and hides its destructor.
	return Poco::AutoPtr<Application>(new Application)->start(argc, argv);
}

} // namespace Bore

#endif // Bore_Shared_RoleApplication_INCLUDED
