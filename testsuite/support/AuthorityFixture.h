//
// AuthorityFixture.h
//
// What suites about certificates have in common.
//

#ifndef Bore_Test_AuthorityFixture_INCLUDED
#define Bore_Test_AuthorityFixture_INCLUDED

#include "testsuite/support/TemporaryDirectory.h"
#include "testsuite/support/TestAuthority.h"

#include <cppunit/TestFixture.h>
#include <memory>

namespace Bore::Test
{

class AuthorityFixture : public CppUnit::TestFixture
/// Gives each test a directory, an authority in it, and a good certificate
/// of that authority's. A suite with a setUp() or tearDown() of its own
/// calls these, first and last.
{
public:
	void setUp() override;
	void tearDown() override;

protected:
	std::unique_ptr<TemporaryDirectory> _directory;
	std::unique_ptr<TestAuthority> _authority;
	TestAuthority::Files _files; /// for localhost and 127.0.0.1
};

} // namespace Bore::Test

#endif // Bore_Test_AuthorityFixture_INCLUDED
