//
// ExampleFile.h
//
// conf/*.full.properties.
//

#ifndef Bore_Reference_ExampleFile_INCLUDED
#define Bore_Reference_ExampleFile_INCLUDED

#include "Shared/SettingTable.h"

#include <string>

namespace Bore
{

[[nodiscard]] std::string exampleFile(const SettingTable& table);
/// A properties file with every key of the table, explained and commented out
/// with its default or an example; what must be given is given. It works as it is.

} // namespace Bore

#endif // Bore_Reference_ExampleFile_INCLUDED
