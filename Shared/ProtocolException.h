//
// ProtocolException.h
//
// What a peer did wrong.
//

#ifndef Bore_Shared_ProtocolException_INCLUDED
#define Bore_Shared_ProtocolException_INCLUDED

#include <stdexcept>
#include <string>

namespace Bore
{

class ProtocolException : public std::runtime_error
/// A peer's fault, never ours: it costs that peer's connection alone.
{
public:
	using std::runtime_error::runtime_error;
};

class MalformedFrameException : public ProtocolException
/// A frame that is not the JSON of a message.
{
public:
	using ProtocolException::ProtocolException;
};

class FrameTooLongException : public ProtocolException
/// More than 256 bytes without a NUL.
{
public:
	using ProtocolException::ProtocolException;
};

class PeerGoneException : public ProtocolException
/// The peer closed or reset the connection (bore protocol: both mean the same).
{
public:
	using ProtocolException::ProtocolException;
};

class TlsException : public PeerGoneException
/// TLS was not agreed on, or the peer ended it with an alert: one line for the user.
{
public:
	using PeerGoneException::PeerGoneException;
};

class PeerTimeoutException : public ProtocolException
/// The peer did not do its part within the deadline.
{
public:
	using ProtocolException::ProtocolException;
};

} // namespace Bore

#endif // Bore_Shared_ProtocolException_INCLUDED
