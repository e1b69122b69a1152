//
// ServerCommand.cpp
//

#include "scripts/bore/ServerCommand.h"

#include "scripts/bore/CommandTables.h"

namespace Bore
{

ServerCommand::ServerCommand()
	: ServerApplication(CommandTables::server())
{
}

} // namespace Bore
