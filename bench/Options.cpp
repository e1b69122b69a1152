//
// Options.cpp
//

#include "bench/Options.h"

#include "Shared/HostPort.h"

#include <Poco/Exception.h>
#include <Poco/NumberParser.h>

#include <algorithm>

namespace Bore::Bench
{

namespace
{

constexpr std::uint32_t MAX_NUMBER = 1'000'000;

} // namespace

Options::Options(const std::vector<std::string>& words, const std::vector<std::string>& known)
{
	for (std::size_t i = 0; i < words.size(); i += 2)
	{
		const std::string& word = words[i];
		const std::string name = word.rfind("--", 0) == 0 ? word.substr(2) : std::string();
		if (std::find(known.begin(), known.end(), name) == known.end())
			throw UsageException("unknown option " + word + ": see bore-bench --help");
		if (i + 1 == words.size()) throw UsageException(word + " needs a value");
		if (!_values.emplace(name, words[i + 1]).second) throw UsageException(word + " is given twice");
	}
}

std::string Options::text(const std::string& name) const
{
	const auto found = _values.find(name);
	if (found == _values.end()) throw UsageException("--" + name + " is missing");
	return found->second;
}

std::uint32_t Options::number(const std::string& name) const
{
	const auto value = parseNumber(text(name), MAX_NUMBER);
	if (!value || *value == 0) throw UsageException("--" + name + " must be a number from 1 to 1000000");
	return *value;
}

Duration Options::seconds(const std::string& name) const
{
	double value = 0;
	if (!Poco::NumberParser::tryParseFloat(text(name), value) || !(value > 0) || value > MAX_NUMBER)
		throw UsageException("--" + name + " must be a number of seconds above 0, such as 3 or 0.5");
	return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
}

Poco::Net::SocketAddress Options::address(const std::string& name) const
{
	try
	{
		const HostPort parsed = HostPort::parse(text(name));
		if (!parsed.port) throw UsageException("--" + name + " needs a port: HOST:PORT");
		return {parsed.host, *parsed.port};
	}
	catch (const std::invalid_argument& exception)
	{
		throw UsageException("--" + name + ": " + exception.what());
	}
	catch (const Poco::Exception& exception)
	{
		throw UsageException("--" + name + ": " + exception.displayText());
	}
}

} // namespace Bore::Bench
