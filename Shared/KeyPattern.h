//
// KeyPattern.h
//
// A key with a part that the user names.
//

#ifndef Bore_Shared_KeyPattern_INCLUDED
#define Bore_Shared_KeyPattern_INCLUDED

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace Bore
{

class KeyPattern
/// "tunnel.<name>.localPort" stands for a family of keys, tunnel.web.localPort
/// and the like. A key without "<name>" stands for itself.
/// Constant after construction.
{
public:
	static constexpr std::size_t MAX_NAME = 64; /// characters: a log line with it stays a line

	explicit KeyPattern(const std::string& key);

	[[nodiscard]] bool isFamily() const noexcept { return _isFamily; }

	[[nodiscard]] std::string family() const;
	/// What stands before the name: "tunnel". Empty for a key of its own.

	[[nodiscard]] std::optional<std::string_view> nameIn(std::string_view key) const noexcept;
	/// What stands in the name's place, good or not; nothing where the key is
	/// none of the family. The view is one of the key.

	[[nodiscard]] std::string keyOf(std::string_view name) const;
	/// "web": "tunnel.web.localPort".

	[[nodiscard]] std::string likenessTo(const std::string& typed) const;
	/// The key of the family that a mistyped one may have meant: with the name
	/// that the typed one has at that place. The pattern itself if it has none.

	[[nodiscard]] static bool isName(std::string_view text) noexcept;
	/// 1 to 64 of A-Z, a-z, 0-9, '_' and '-'.

private:
	bool _isFamily;
	std::string _before; /// "tunnel."
	std::string _after;  /// ".localPort"
};

} // namespace Bore

#endif // Bore_Shared_KeyPattern_INCLUDED
