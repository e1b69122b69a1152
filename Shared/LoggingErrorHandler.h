//
// LoggingErrorHandler.h
//
// Nothing that goes wrong in a thread is swallowed.
//

#ifndef Bore_Shared_LoggingErrorHandler_INCLUDED
#define Bore_Shared_LoggingErrorHandler_INCLUDED

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>

#include <exception>
#include <string>

namespace Bore
{

class LoggingErrorHandler : public Poco::ErrorHandler
/// Logs what escaped from a POCO thread or from a TCPServer's connection
/// and ends nothing: POCO's own handler is silent. Any thread.
{
public:
	static void install();
	/// For the rest of the process's life. Any number of times.

	void exception(const Poco::Exception& exc) override;
	void exception(const std::exception& exc) override;
	void exception() override;
};

[[nodiscard]] std::string plainText(const std::exception& exception);
/// What happened, on one line without the name of a class: POCO's
/// description and message, or what().

} // namespace Bore

#endif // Bore_Shared_LoggingErrorHandler_INCLUDED
