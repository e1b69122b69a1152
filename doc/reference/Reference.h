//
// Reference.h
//
// Every file that is generated from the tables of the keys.
//

#ifndef Bore_Reference_Reference_INCLUDED
#define Bore_Reference_Reference_INCLUDED

#include <map>
#include <string>

namespace Bore
{

struct Reference
/// The manual, the completions and the full example files.
{
	using Files = std::map<std::string, std::string>; /// their content by path: "bash/bore-server"

	[[nodiscard]] static Files manual(const std::string& folder);
	/// The pages, of the folder's "NAME.in", which have what is written by
	/// hand. Throws std::runtime_error, with the path, where one cannot be read or filled.

	[[nodiscard]] static Files completions();
	/// bash/NAME, zsh/_NAME and fish/NAME.fish.

	[[nodiscard]] static Files examples();
	/// bore-server.full.properties and bore-client.full.properties.
};

} // namespace Bore

#endif // Bore_Reference_Reference_INCLUDED
