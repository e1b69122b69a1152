//
// FrameShape.h
//
// What a frame's JSON is made of.
//

#ifndef Bore_Shared_FrameShape_INCLUDED
#define Bore_Shared_FrameShape_INCLUDED

#include <string>
#include <string_view>

namespace Bore
{

class FrameShape
/// Tells the few forms that a message of the bore protocol has, "Text" and
/// {"Key":value}, from all other JSON. For one thread at a time.
{
public:
	explicit FrameShape(std::string_view frame);
	/// The frame must outlive it. Throws MalformedFrameException if it is
	/// no JSON, no UTF-8, or nested deeper than 64.

	[[nodiscard]] bool isOneValue() const noexcept { return _isOneValue; }

	[[nodiscard]] bool isBareString() const noexcept { return _isBareString; }

	[[nodiscard]] bool isMember(bool ofString) const noexcept
	/// An object of one member, a string, or else an integer.
	{
		return ofString ? _isMemberString : _isMemberInteger;
	}

	[[nodiscard]] std::string_view key() const noexcept;
	/// The member's, as it is written.

	[[nodiscard]] const std::string& text() const noexcept { return _text; }
	/// The bare string, or the member's.

private:
	const std::string_view _frame;
	std::string _text;
	bool _isOneValue;
	bool _isBareString;
	bool _isMemberString;
	bool _isMemberInteger;
};

} // namespace Bore

#endif // Bore_Shared_FrameShape_INCLUDED
