//
// SelfSignedCertificate.h
//
// A certificate without an authority, for clients that pin it.
//

#ifndef Bore_Server_SelfSignedCertificate_INCLUDED
#define Bore_Server_SelfSignedCertificate_INCLUDED

#include <string>
#include <vector>

namespace Bore
{

class SelfSignedCertificate
/// A certificate and its key (EC, P-256), valid for ten years from now. A value.
{
public:
	[[nodiscard]] static SelfSignedCertificate make(const std::vector<std::string>& names);
	/// For host names and IP addresses, at least one. Throws RoleFailure
	/// where one is neither.

	void save(const std::string& certificateFile, const std::string& keyFile) const;
	/// Writes both in PEM, the key for its owner's eyes alone. Files that are there
	/// are left alone: throws RoleFailure then, and where one cannot be
	/// written, and then there is neither.

	[[nodiscard]] const std::string& fingerprint() const noexcept { return _fingerprint; }

private:
	std::string _certificate; // in PEM
	std::string _key;
	std::string _fingerprint;
};

} // namespace Bore

#endif // Bore_Server_SelfSignedCertificate_INCLUDED
