//
// SessionFailure.h
//
// Why a control connection did not open, or ended.
//

#ifndef Bore_Client_SessionFailure_INCLUDED
#define Bore_Client_SessionFailure_INCLUDED

#include "Shared/Message.h"
#include "Shared/RoleFailure.h"

#include <string>

namespace Bore
{

class SessionFailure : public RoleFailure
/// A RoleFailure of a Session, and whether to try again.
{
public:
	enum class Remedy
	{
		None, /// the next attempt would end the same: somebody has to mend it
		Time, /// a later attempt may succeed
		Hello /// the server does not know the ticket: ask for the port at once
	};

	SessionFailure(ExitCode code, const std::string& text, Remedy remedy = Remedy::Time)
		: RoleFailure(code, text)
		, _remedy(remedy)
		, _isNews(code == ExitCode::AuthRefused)
	{
	}

	[[nodiscard]] static SessionFailure refusal(const Error& error);
	/// The server's Error in place of Hello.

	[[nodiscard]] static SessionFailure reclaimRefusal(const Error& error);
	/// The same in answer to Reclaim. While the port is in use the ticket
	/// stays good; a client that is refused itself is so for good.

	[[nodiscard]] static SessionFailure noTls(ExitCode code, const std::string& text);
	/// The server was reached, but not by TLS.

	[[nodiscard]] bool isNews() const noexcept { return _isNews; }
	/// Whether somebody may have to mend it: worth a warning, once, where it
	/// is met while trying on.

	[[nodiscard]] Remedy remedy() const noexcept { return _remedy; }

private:
	Remedy _remedy;
	bool _isNews;
};

} // namespace Bore

#endif // Bore_Client_SessionFailure_INCLUDED
