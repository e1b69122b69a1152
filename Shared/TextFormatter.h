//
// TextFormatter.h
//
// A log line for people.
//

#ifndef Bore_Shared_TextFormatter_INCLUDED
#define Bore_Shared_TextFormatter_INCLUDED

#include <Poco/Formatter.h>
#include <Poco/Message.h>

#include <string>

namespace Bore
{

class TextFormatter : public Poco::Formatter
/// Makes one line of a message, whatever its text: what is left of control
/// characters becomes \xNN. Texts of peers are escaped already, where they
/// are put into a message (escapeForLog); that this holds for every text,
/// and for those of libraries, nobody can promise. Constant: any thread.
{
public:
	struct Lead
	/// What comes ahead of the text.
	{
		bool journalPriority; /// "<6>"
		bool timeAndLevel;    /// "2026-01-31T23:59:59.999Z Information ", UTC
		bool component;       /// "bore.server: "
	};

	explicit TextFormatter(Lead lead);

	void format(const Poco::Message& msg, std::string& text) override;
	/// Appends the line, without its end.

private:
	const Lead _lead;
};

} // namespace Bore

#endif // Bore_Shared_TextFormatter_INCLUDED
