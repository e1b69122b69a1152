//
// Layer.h
//
// Where a setting's value can come from.
//

#ifndef Bore_Shared_Layer_INCLUDED
#define Bore_Shared_Layer_INCLUDED

#include <cstddef>
#include <tuple>

namespace Bore
{

enum class Layer
/// A later one wins over an earlier one.
{
	Default,
	File,
	Environment,
	CommandLine
};

struct Place
/// Where something was given, in the order in which faults are told.
{
	Layer layer = Layer::Default;
	std::size_t file = 0; /// of several files the later wins: 0 is the first
	std::size_t line = 0; /// of the file; elsewhere the place in the list

	[[nodiscard]] bool outranks(const Place& other) const noexcept
	/// Whether its value wins. Two lines of one file are equals.
	{
		return std::tie(other.layer, other.file) < std::tie(layer, file);
	}

	[[nodiscard]] bool operator<(const Place& other) const noexcept
	{
		return std::tie(layer, file, line) < std::tie(other.layer, other.file, other.line);
	}
};

} // namespace Bore

#endif // Bore_Shared_Layer_INCLUDED
