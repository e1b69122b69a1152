//
// main.cpp
//
// bore-client.
//

#include "Client/ClientApplication.h"

int main(int argc, char** argv)
{
	return Bore::launch<Bore::ClientApplication>(argc, argv);
}
