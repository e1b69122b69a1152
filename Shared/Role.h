//
// Role.h
//
// What both programs run.
//

#ifndef Bore_Shared_Role_INCLUDED
#define Bore_Shared_Role_INCLUDED

namespace Bore
{

class Role
/// A server or a client, run by its main from start to end.
{
public:
	virtual ~Role() = default;

	virtual void run() = 0;
	/// Works until it is asked to stop and has ended its connections.
	/// Throws RoleFailure where it cannot start or go on.

	virtual void stop() noexcept = 0;
	/// Asks for the graceful end: nothing new is taken, running connections
	/// get the grace period. Any thread, also before run().

	virtual void stopNow() noexcept = 0;
	/// Ends the grace period. Any thread.
};

} // namespace Bore

#endif // Bore_Shared_Role_INCLUDED
