//
// SessionFailure.cpp
//

#include "Client/SessionFailure.h"

#include "Shared/LogText.h"
#include "Shared/Protocol.h"

namespace Bore
{

namespace ErrorText = Protocol::ErrorText;

namespace
{

ExitCode codeFor(const std::string& errorText)
{
	if (errorText == ErrorText::INVALID_SECRET || errorText == ErrorText::SECRET_REQUIRED ||
		errorText == ErrorText::USER_EXPIRED || errorText == ErrorText::ADDRESS_NOT_ALLOWED)
		return ExitCode::AuthRefused;
	if (errorText == ErrorText::UNPARSABLE || errorText == ErrorText::FRAME_TOO_LONG ||
		errorText == ErrorText::SILENCE || errorText == ErrorText::TLS_EXPECTED)
		return ExitCode::Unreachable;
	return ExitCode::PortRefused;
}

SessionFailure::Remedy remedyFor(const std::string& errorText)
{
	// A machine that moves comes home.
	if (errorText == ErrorText::ADDRESS_NOT_ALLOWED) return SessionFailure::Remedy::Time;
	const bool forGood = codeFor(errorText) == ExitCode::AuthRefused ||
						 errorText == ErrorText::PORT_OUT_OF_RANGE ||
						 errorText == ErrorText::PERMISSION_DENIED;
	// A text that we do not know may be of a limit that is free again later.
	return forGood ? SessionFailure::Remedy::None : SessionFailure::Remedy::Time;
}

} // namespace

SessionFailure SessionFailure::refusal(const Error& error)
{
	std::string text = "server error: " + escapeForLog(error.text);
	if (error.text == ErrorText::INVALID_SECRET) text += " (the server has another secret)";
	if (error.text == ErrorText::PORT_IN_USE)
		text += " (ask for another with --port, or leave it out for any)";
	return {codeFor(error.text), text, remedyFor(error.text)};
}

SessionFailure SessionFailure::noTls(ExitCode code, const std::string& text)
{
	SessionFailure result(code, text);
	result._isNews = true;
	return result;
}

SessionFailure SessionFailure::reclaimRefusal(const Error& error)
{
	const SessionFailure failure = refusal(error);
	const bool stays = error.text == ErrorText::PORT_IN_USE || failure.code() == ExitCode::AuthRefused;
	return {failure.code(), failure.what(), stays ? failure.remedy() : Remedy::Hello};
}

} // namespace Bore
