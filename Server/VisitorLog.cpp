//
// VisitorLog.cpp
//

#include "Server/VisitorLog.h"

#include "Shared/Quietly.h"

#include <Poco/Logger.h>

namespace Bore
{

std::function<void(const RelayReport&)> visitorEnd(const Visitor& visitor, std::uint64_t carried)
{
	return [address = visitor.address, port = visitor.port, places = visitor.places, access = visitor.access,
			   user = visitor.user, carried](RelayReport report)
	{
		report.firstToSecond += carried;
		AccessRecord::end(access, report);
		quietly(
			[&]
			{
				static Poco::Logger& logger = Poco::Logger::get("bore.server.visitor");
				logger.information(
					"visitor %s on port %hu%s: %s", address, port, tagOf(user), report.describe());
			});
	};
}

} // namespace Bore
