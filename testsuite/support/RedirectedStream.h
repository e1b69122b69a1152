//
// RedirectedStream.h
//
// What is written to a standard stream.
//

#ifndef Bore_Test_RedirectedStream_INCLUDED
#define Bore_Test_RedirectedStream_INCLUDED

#include <ostream>
#include <sstream>
#include <string>

namespace Bore::Test
{

class RedirectedStream
/// Collects what is written to std::cout, std::cerr or std::clog for as
/// long as it lives. For one thread at a time.
{
public:
	explicit RedirectedStream(std::ostream& stream);
	RedirectedStream(const RedirectedStream&) = delete;
	RedirectedStream& operator=(const RedirectedStream&) = delete;
	~RedirectedStream();

	[[nodiscard]] std::string text() const;

private:
	std::ostringstream _text;
	std::ostream& _stream;
	std::streambuf* _before;
};

} // namespace Bore::Test

#endif // Bore_Test_RedirectedStream_INCLUDED
