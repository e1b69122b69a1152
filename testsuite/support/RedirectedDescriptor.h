//
// RedirectedDescriptor.h
//
// What is written to a descriptor of the process.
//

#ifndef Bore_Test_RedirectedDescriptor_INCLUDED
#define Bore_Test_RedirectedDescriptor_INCLUDED

#include "Shared/Descriptor.h"
#include "testsuite/support/TemporaryDirectory.h"

#include <string>

namespace Bore::Test
{

class RedirectedDescriptor
/// Collects what any part of the process writes to a descriptor, standard
/// error say, for as long as it lives. For one thread at a time.
{
public:
	explicit RedirectedDescriptor(int descriptor);
	RedirectedDescriptor(const RedirectedDescriptor&) = delete;
	RedirectedDescriptor& operator=(const RedirectedDescriptor&) = delete;
	~RedirectedDescriptor();

	[[nodiscard]] std::string text() const;

private:
	const TemporaryDirectory _directory;
	const int _descriptor;
	const Descriptor _before;
};

} // namespace Bore::Test

#endif // Bore_Test_RedirectedDescriptor_INCLUDED
