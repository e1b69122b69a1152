//
// DescriptorShortage.h
//
// A process that is out of descriptors.
//

#ifndef Bore_Test_DescriptorShortage_INCLUDED
#define Bore_Test_DescriptorShortage_INCLUDED

#include "Shared/Descriptor.h"

#include <sys/resource.h>
#include <vector>

namespace Bore::Test
{

class DescriptorShortage
/// While it lives, this process can open no further descriptor (EMFILE).
{
public:
	DescriptorShortage();
	DescriptorShortage(const DescriptorShortage&) = delete;
	DescriptorShortage& operator=(const DescriptorShortage&) = delete;
	~DescriptorShortage();

private:
	rlimit _before{};
	std::vector<Descriptor> _fillers;
};

} // namespace Bore::Test

#endif // Bore_Test_DescriptorShortage_INCLUDED
