//
// LoggingErrorHandler.cpp
//

#include "Shared/LoggingErrorHandler.h"

#include "Shared/LogText.h"

#include <Poco/Logger.h>

namespace Bore
{

namespace
{

// Runs on threads that must go on, also when the log itself fails.
template <typename Text>
void log(Text&& text) noexcept
{
	try
	{
		Poco::Logger::get("threads").error(text());
	}
	catch (...)
	{
	}
}

} // namespace

void LoggingErrorHandler::install()
{
	static LoggingErrorHandler handler;
	Poco::ErrorHandler::set(&handler);
}

void LoggingErrorHandler::exception(const Poco::Exception& exc)
{
	log([&] { return plainText(exc); });
}

void LoggingErrorHandler::exception(const std::exception& exc)
{
	log([&] { return plainText(exc); });
}

void LoggingErrorHandler::exception()
{
	log([] { return std::string("unknown error"); });
}

std::string plainText(const std::exception& exception)
{
	const auto* poco = dynamic_cast<const Poco::Exception*>(&exception);
	if (poco == nullptr) return escapeForLog(exception.what());

	// Most names are words for a user, "Connection refused"; the general
	// ones, "Net Exception", are not.
	const std::string name = poco->name();
	const bool isWords = name.find("xception") == std::string::npos;
	if (poco->message().empty()) return isWords ? name : "unknown error";
	return escapeForLog(isWords ? name + ": " + poco->message() : poco->message());
}

} // namespace Bore
