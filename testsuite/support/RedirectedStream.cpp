//
// RedirectedStream.cpp
//

#include "testsuite/support/RedirectedStream.h"

namespace Bore::Test
{

RedirectedStream::RedirectedStream(std::ostream& stream)
	: _stream(stream)
	, _before(stream.rdbuf(_text.rdbuf()))
{
}

RedirectedStream::~RedirectedStream()
{
	_stream.rdbuf(_before);
}

std::string RedirectedStream::text() const
{
	return _text.str();
}

} // namespace Bore::Test
