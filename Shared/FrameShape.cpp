//
// FrameShape.cpp
//

#include "Shared/FrameShape.h"

#include "Shared/LogText.h"
#include "Shared/ProtocolException.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/SharedPtr.h>

#include <cstddef>

namespace Bore
{

namespace
{

constexpr std::size_t MAX_NESTING = 64;

[[noreturn]] void throwMalformed()
{
	throw MalformedFrameException("the peer sent a malformed message");
}

class Notes : public Poco::JSON::Handler
/// Notes what a frame is made of. The parser takes no top-level scalar, so
/// the frame is wrapped in an array, at depth 1; a message's one member is
/// at depth 2.
{
public:
	[[nodiscard]] bool isOneValue() const noexcept { return _values == 1; }

	[[nodiscard]] bool isBareString() const noexcept
	{
		return isOneValue() && _keys == 0 && _plain && _string;
	}

	[[nodiscard]] bool isMember(bool ofString) const noexcept
	{
		return isOneValue() && _keys == 1 && _plain && (ofString ? _string : _integer);
	}

	[[nodiscard]] const std::string& text() const noexcept { return _text; }

	void reset() override {}

	void startObject() override
	{
		note(_depth == 1);
		++_depth;
	}

	void startArray() override
	{
		if (_depth > 0) note(false);
		++_depth;
	}

	void endObject() override { --_depth; }
	void endArray() override { --_depth; }

	void key(const std::string&) override { ++_keys; }

	void value(const std::string& text) override
	{
		note(true);
		_string = true;
		_text = text;
	}

	void value(int) override { noteInteger(); }
	void value(unsigned) override { noteInteger(); }
	void value(Poco::Int64) override { noteInteger(); }
	void value(Poco::UInt64) override { noteInteger(); }
	void value(double) override { note(false); }
	void value(bool) override { note(false); }
	void null() override { note(false); }

private:
	void note(bool plain) noexcept
	{
		if (_depth == 1) ++_values;
		_plain = _plain && plain;
	}

	void noteInteger() noexcept
	{
		note(true);
		_integer = true;
	}

	std::size_t _depth = 0;
	std::size_t _values = 0;
	std::size_t _keys = 0;
	bool _plain = true; // nothing but strings, integers, and one object at the top
	bool _string = false;
	bool _integer = false;
	std::string _text;
};

bool isUtf8(std::string_view text) noexcept
{
	while (!text.empty())
	{
		const std::size_t size = utf8CharacterSize(text);
		if (size == 0) return false;
		text.remove_prefix(size);
	}
	return true;
}

Poco::SharedPtr<Notes> parse(std::string_view frame)
{
	// POCO takes a byte 0xFF for the end of the text.
	if (!isUtf8(frame)) throwMalformed();

	std::string wrapped;
	wrapped.reserve(frame.size() + 2);
	wrapped.append("[").append(frame).append("]");
	auto notes = Poco::makeShared<Notes>();
	try
	{
		Poco::JSON::Parser parser(notes);
		parser.setDepth(MAX_NESTING + 1);
		parser.parse(wrapped);
	}
	catch (const Poco::Exception&)
	{
		throwMalformed();
	}
	return notes;
}

} // namespace

FrameShape::FrameShape(std::string_view frame)
	: _frame(frame)
{
	const auto notes = parse(frame);
	_isOneValue = notes->isOneValue();
	_isBareString = notes->isBareString();
	_isMemberString = notes->isMember(true);
	_isMemberInteger = notes->isMember(false);
	_text = notes->text();
}

std::string_view FrameShape::key() const noexcept
{
	// As it is written: POCO ends a key at \u0000, so that "Hello\u0000x"
	// would be taken for "Hello". No peer writes a key with escapes.
	const std::size_t begin = _frame.find('"') + 1;
	return _frame.substr(begin, _frame.find('"', begin) - begin);
}

} // namespace Bore
