//
// ExitCode.h
//
// How both programs end.
//

#ifndef Bore_Shared_ExitCode_INCLUDED
#define Bore_Shared_ExitCode_INCLUDED

namespace Bore
{

enum class ExitCode : int
/// The exit codes of bore-server and bore-client. They are documented in
/// the README and are part of the interface: scripts and supervisors
/// match on them. Where sysexits.h has a fitting one, it is used.
{
	Ok = 0,            /// asked to stop, by a signal
	Usage = 64,        /// the command line is wrong (EX_USAGE)
	Unreachable = 69,  /// client: cannot reach the server (EX_UNAVAILABLE)
	Internal = 70,     /// a bug or a shortage at start (EX_SOFTWARE)
	CannotBind = 71,   /// server: an address or port cannot be bound (EX_OSERR)
	PortRefused = 73,  /// client: the server refused the port (EX_CANTCREAT)
	Lost = 75,         /// client: the connection to the server was lost (EX_TEMPFAIL)
	AuthRefused = 77,  /// client: authentication failed (EX_NOPERM)
	Configuration = 78 /// a configuration file or the environment is wrong (EX_CONFIG)
};

} // namespace Bore

#endif // Bore_Shared_ExitCode_INCLUDED
