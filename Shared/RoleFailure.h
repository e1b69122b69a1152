//
// RoleFailure.h
//
// The reason a program ends early, in words for its user.
//

#ifndef Bore_Shared_RoleFailure_INCLUDED
#define Bore_Shared_RoleFailure_INCLUDED

#include "Shared/ExitCode.h"

#include <stdexcept>
#include <string>

namespace Bore
{

class RoleFailure : public std::runtime_error
/// Thrown where a role cannot start or go on. The text is one line that
/// says what is wrong and how to mend it; the main prints it to stderr
/// and ends with the code.
{
public:
	RoleFailure(ExitCode code, const std::string& text)
		: std::runtime_error(text)
		, _code(code)
	{
	}

	[[nodiscard]] ExitCode code() const noexcept { return _code; }

private:
	ExitCode _code;
};

} // namespace Bore

#endif // Bore_Shared_RoleFailure_INCLUDED
