//
// RedirectedDescriptor.cpp
//

#include "testsuite/support/RedirectedDescriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace Bore::Test
{

RedirectedDescriptor::RedirectedDescriptor(int descriptor)
	: _descriptor(descriptor)
	, _before(Descriptor::checked(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3), "dup"))
{
	const std::string path = _directory.write("output", "");
	const auto file = Descriptor::checked(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC), "open");
	::dup2(file.get(), _descriptor);
}

RedirectedDescriptor::~RedirectedDescriptor()
{
	::dup2(_before.get(), _descriptor);
}

std::string RedirectedDescriptor::text() const
{
	std::ifstream file(_directory.path("output"));
	return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace Bore::Test
