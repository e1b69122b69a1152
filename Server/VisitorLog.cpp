//
// VisitorLog.cpp
//

#include "Server/VisitorLog.h"

#include <Poco/Logger.h>

namespace Bore
{

std::function<void(const RelayReport&)> visitorEnd(const Visitor& visitor)
{
	return [address = visitor.address, port = visitor.port](const RelayReport& report)
	{
		static Poco::Logger& logger = Poco::Logger::get("bore.server.visitor");
		logger.information("visitor %s on port %hu: %s", address, port, report.describe());
	};
}

} // namespace Bore
