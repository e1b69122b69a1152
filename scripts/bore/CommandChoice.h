//
// CommandChoice.h
//
// The first word of the command bore.
//

#ifndef Bore_Command_CommandChoice_INCLUDED
#define Bore_Command_CommandChoice_INCLUDED

#include <string>

namespace Bore
{

struct CommandChoice
/// What `bore WORD...` asks for.
{
	enum class Kind
	{
		Local,
		Server,
		Text, /// print the text and end well
		Wrong /// print it to standard error and end as a wrong command line does
	};

	Kind kind;
	std::string text;

	[[nodiscard]] static CommandChoice of(int argc, const char* const* argv);
	/// Looks at no more than the words before the subcommand's own, and at
	/// what follows "help".
};

} // namespace Bore

#endif // Bore_Command_CommandChoice_INCLUDED
