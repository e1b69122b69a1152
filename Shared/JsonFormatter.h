//
// JsonFormatter.h
//
// A log line for programs.
//

#ifndef Bore_Shared_JsonFormatter_INCLUDED
#define Bore_Shared_JsonFormatter_INCLUDED

#include <Poco/Formatter.h>
#include <Poco/JSON/Object.h>
#include <Poco/Message.h>

#include <string>
#include <string_view>

namespace Bore
{

class JsonFormatter : public Poco::Formatter
/// Makes one JSON object of a message, on one line: time, level, component,
/// message and pid, in this order. Constant: any thread.
{
public:
	explicit JsonFormatter(bool withJournalPriority);
	/// Whether "<6>" comes ahead of the object.

	void format(const Poco::Message& msg, std::string& text) override;
	/// Appends the line, without its end.

private:
	const bool _withJournalPriority;
};

[[nodiscard]] std::string jsonLine(const Poco::JSON::Object& object);
/// The object on one line. Its strings must be valid UTF-8.

[[nodiscard]] std::string validUtf8(std::string_view text);
/// The text, with U+FFFD for each byte that is not UTF-8: POCO writes those
/// as they are, and a reader of JSON refuses the whole line.

} // namespace Bore

#endif // Bore_Shared_JsonFormatter_INCLUDED
