//
// ServerCommand.h
//
// bore server.
//

#ifndef Bore_Command_ServerCommand_INCLUDED
#define Bore_Command_ServerCommand_INCLUDED

#include "Server/ServerApplication.h"

namespace Bore
{

class ServerCommand : public ServerApplication
/// A server by the original's name.
{
public:
	ServerCommand();
};

} // namespace Bore

#endif // Bore_Command_ServerCommand_INCLUDED
