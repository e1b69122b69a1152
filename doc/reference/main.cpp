//
// main.cpp
//
// bore-reference, which the build runs: writes what is generated from the
// tables of the keys.
//

#include "Shared/ExitCode.h"
#include "doc/reference/Reference.h"

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace
{

void write(const Bore::Reference::Files& files, const std::filesystem::path& folder)
{
	for (const auto& [name, content] : files)
	{
		const auto path = folder / name;
		std::filesystem::create_directories(path.parent_path());
		std::ofstream file(path);
		file << content << std::flush;
		if (!file) throw std::runtime_error(path.string() + ": cannot be written");
	}
}

} // namespace

int main(int argc, char** argv)
{
	try
	{
		const std::string what = argc > 1 ? argv[1] : "";
		if (what == "manual" && argc == 4)
			write(Bore::Reference::manual(argv[2]), argv[3]);
		else if (what == "completions" && argc == 3)
			write(Bore::Reference::completions(), argv[2]);
		else if (what == "examples" && argc == 3)
			write(Bore::Reference::examples(), argv[2]);
		else
		{
			std::cerr
				<< "usage: bore-reference manual TEMPLATES FOLDER | completions FOLDER | examples FOLDER\n";
			return static_cast<int>(Bore::ExitCode::Usage);
		}
		return static_cast<int>(Bore::ExitCode::Ok);
	}
	catch (const std::exception& e)
	{
		std::cerr << "bore-reference: " << e.what() << '\n';
		return static_cast<int>(Bore::ExitCode::Internal);
	}
}
