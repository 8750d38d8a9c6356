using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Bsd;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Bsd;

public sealed class KqueueNativeSpec
{
    [Theory]
    [InlineData("libno-such-library.so")]
    [InlineData("libm.so.6")]
    public void A_library_that_is_not_there_or_has_no_kqueue_is_named_with_the_reason(string library)
    {
        KqueueNative? native = KqueueNative.TryLoad(library, KqueueNative.MacOSEventSize, out string? reason);
        Assert.Null(native);
        Assert.StartsWith($"{library} cannot be used: ", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_engine_is_there_where_it_can_run_and_says_what_it_needs_where_not()
    {
        Assert.Contains("kqueue", Platforms.EngineNames, StringComparer.Ordinal);
        if (new EngineAttribute("kqueue").Unavailable is { } reason)
        {
            Assert.Contains("AKKA_REACTOR_KQUEUE_LIBRARY", reason, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("kqueue", Platforms.Resolve("kqueue").EngineName);
        }
    }
}
