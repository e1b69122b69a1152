//
// ConfigFiles.h
//
// Which configuration files a program reads.
//

#ifndef Bore_Shared_ConfigFiles_INCLUDED
#define Bore_Shared_ConfigFiles_INCLUDED

#include "Shared/SettingFaults.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace Bore
{

struct ConfigFile
{
	static constexpr std::size_t USUAL_MAX_BYTES = 1024 * 1024;
	/// Far above any real file: a log or an image given by mistake is not read whole.

	std::string path;
	std::string taker = "--config"; /// who named it
	std::size_t number = 0;         /// its Place::file
	std::size_t maxBytes = USUAL_MAX_BYTES;
};

[[nodiscard]] std::vector<ConfigFile> configFiles(
	const std::optional<std::string>& given, const std::string& standard, SettingFaults& faults);
/// The file given, or else the standard one where that exists (an empty
/// path is none), and after it those of conf.d beside it whose names end in
/// .properties and begin with no dot, in the order of the bytes of their
/// names. A conf.d that cannot be read is a fault. Without a file there is
/// no conf.d.

} // namespace Bore

#endif // Bore_Shared_ConfigFiles_INCLUDED
