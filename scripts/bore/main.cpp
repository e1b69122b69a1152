//
// main.cpp
//
// bore.
//

#include "Shared/ExitCode.h"
#include "scripts/bore/CommandChoice.h"
#include "scripts/bore/LocalCommand.h"
#include "scripts/bore/ServerCommand.h"

#include <iostream>

int main(int argc, char** argv)
{
	using Bore::CommandChoice;
	const CommandChoice choice = CommandChoice::of(argc, argv);
	switch (choice.kind)
	{
	case CommandChoice::Kind::Local:
		return Bore::launch<Bore::LocalCommand>(argc - 1, argv + 1);
	case CommandChoice::Kind::Server:
		return Bore::launch<Bore::ServerCommand>(argc - 1, argv + 1);
	case CommandChoice::Kind::Text:
		std::cout << choice.text << std::flush;
		return static_cast<int>(Bore::ExitCode::Ok);
	case CommandChoice::Kind::Wrong:
		break;
	}
	std::cerr << choice.text << std::flush;
	return static_cast<int>(Bore::ExitCode::Usage);
}
