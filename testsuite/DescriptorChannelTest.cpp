//
// DescriptorChannelTest.cpp
//

#include "Shared/DescriptorChannel.h"
#include "Shared/Descriptor.h"

#include <Poco/AutoPtr.h>
#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <string>
#include <system_error>
#include <unistd.h>

using namespace Bore;

class DescriptorChannelTest : public CppUnit::TestFixture
{
	CPPUNIT_TEST_SUITE(DescriptorChannelTest);
	CPPUNIT_TEST(testLinesArriveWhole);
	CPPUNIT_TEST(testNonBlockingPipeIsWaitedFor);
	CPPUNIT_TEST(testFailureIsAnError);
	CPPUNIT_TEST_SUITE_END();

public:
	void setUp() override
	{
		std::array<int, 2> ends{};
		CPPUNIT_ASSERT_EQUAL(0, ::pipe2(ends.data(), O_CLOEXEC));
		_reader = Descriptor(ends[0]);
		_writer = Descriptor(ends[1]);
	}

	void tearDown() override
	{
		_reader = Descriptor();
		_writer = Descriptor();
	}

	void testLinesArriveWhole()
	{
		log("first");
		log("second");
		CPPUNIT_ASSERT_EQUAL(std::string("first\nsecond\n"), read(13));
	}

	void testNonBlockingPipeIsWaitedFor()
	{
		CPPUNIT_ASSERT_EQUAL(0, ::fcntl(_writer.get(), F_SETFL, O_NONBLOCK));
		const std::string text(200'000, 'x'); // a pipe holds 64 KiB
		auto logged = std::async(std::launch::async, [&] { log(text); });
		CPPUNIT_ASSERT_EQUAL(text + "\n", read(text.size() + 1));
		logged.get();
	}

	void testFailureIsAnError()
	{
		const auto before = std::signal(SIGPIPE, SIG_IGN);
		const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
		Poco::AutoPtr<Poco::Channel> channel(new DescriptorChannel(full.get()));
		CPPUNIT_ASSERT_THROW(channel->log(message("line")), std::system_error);
		_reader = Descriptor();
		CPPUNIT_ASSERT_THROW(log("line"), std::system_error);
		std::signal(SIGPIPE, before);
	}

private:
	static Poco::Message message(const std::string& text)
	{
		return {"test", text, Poco::Message::PRIO_INFORMATION};
	}

	void log(const std::string& text)
	{
		Poco::AutoPtr<Poco::Channel>(new DescriptorChannel(_writer.get()))->log(message(text));
	}

	[[nodiscard]] std::string read(std::size_t bytes) const
	{
		std::string result;
		std::array<char, 4096> buffer{};
		while (result.size() < bytes)
		{
			const auto got = ::read(_reader.get(), buffer.data(), buffer.size());
			CPPUNIT_ASSERT(got > 0);
			result.append(buffer.data(), static_cast<std::size_t>(got));
		}
		return result;
	}

	Descriptor _reader;
	Descriptor _writer;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DescriptorChannelTest);
