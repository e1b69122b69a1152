//
// main.cpp
//
// bore-server.
//

#include "Server/ServerApplication.h"

int main(int argc, char** argv)
{
	return Bore::launch<Bore::ServerApplication>(argc, argv);
}
