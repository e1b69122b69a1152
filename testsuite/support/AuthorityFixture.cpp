//
// AuthorityFixture.cpp
//

#include "testsuite/support/AuthorityFixture.h"

namespace Bore::Test
{

void AuthorityFixture::setUp()
{
	_directory = std::make_unique<TemporaryDirectory>();
	_authority = std::make_unique<TestAuthority>(*_directory);
	_files = _authority->issue({});
}

void AuthorityFixture::tearDown()
{
	_authority.reset();
	_directory.reset();
}

} // namespace Bore::Test
