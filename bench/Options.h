//
// Options.h
//
// The options of a subcommand.
//

#ifndef Bore_Bench_Options_INCLUDED
#define Bore_Bench_Options_INCLUDED

#include "Shared/Clock.h"

#include <Poco/Net/SocketAddress.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace Bore::Bench
{

class UsageException : public std::runtime_error
/// The command line is wrong; the text is one line for the user.
{
public:
	using std::runtime_error::runtime_error;
};

class Options
/// Pairs of `--name value`. Constant after construction. Everything throws
/// UsageException where an option is unknown, missing or not understood.
{
public:
	Options(const std::vector<std::string>& words, const std::vector<std::string>& known);

	[[nodiscard]] bool has(const std::string& name) const { return _values.count(name) > 0; }
	[[nodiscard]] std::string text(const std::string& name) const;
	[[nodiscard]] std::uint32_t number(const std::string& name) const;
	/// 1 to 1,000,000.

	[[nodiscard]] Duration seconds(const std::string& name) const;
	/// Seconds, perhaps with a fraction; more than 0.

	[[nodiscard]] Poco::Net::SocketAddress address(const std::string& name) const;
	/// HOST:PORT, resolved.

private:
	std::map<std::string, std::string> _values;
};

} // namespace Bore::Bench

#endif // Bore_Bench_Options_INCLUDED
