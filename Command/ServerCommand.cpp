//
// ServerCommand.cpp
//

#include "Command/ServerCommand.h"

#include "Command/CommandTables.h"

namespace Bore
{

ServerCommand::ServerCommand()
	: ServerApplication(CommandTables::server())
{
}

} // namespace Bore
