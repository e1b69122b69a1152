//
// UnitFile.h
//
// A unit of systemd, as it is installed.
//

#ifndef Bore_Test_UnitFile_INCLUDED
#define Bore_Test_UnitFile_INCLUDED

#include <string>
#include <vector>

namespace Bore::Test
{

class UnitFile
/// One of the units that the build makes, with the built programs in place
/// of the installed ones.
{
public:
	explicit UnitFile(const std::string& name);

	[[nodiscard]] static std::vector<std::string> names();
	/// Of all there are.

	[[nodiscard]] const std::string& text() const noexcept { return _text; }

	[[nodiscard]] std::vector<std::string> values(const std::string& key) const;
	/// What is given for a key, "ExecStart", in its order.

	[[nodiscard]] std::vector<std::string> words(const std::string& key, const std::string& instance) const;
	/// The words of the first of them, as systemd would run them: %i is the instance.

private:
	std::string _text;
};

} // namespace Bore::Test

#endif // Bore_Test_UnitFile_INCLUDED
