using System;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

public sealed class PlatformsSpec
{
    private const string EngineVariable = "AKKA_REACTOR_ENGINE";

    [Fact]
    public void Auto_is_epoll_on_linux_unless_the_environment_names_another()
    {
        string? asked = Environment.GetEnvironmentVariable(EngineVariable);
        Assert.Equal(string.IsNullOrEmpty(asked) ? "epoll" : asked, Platforms.Resolve("auto").EngineName);
    }

    [Fact]
    public void An_unknown_engine_is_named_with_what_is_known()
    {
        EngineNotAvailableException failure = Assert.Throws<EngineNotAvailableException>(() =>
            Platforms.Resolve("devpoll")
        );
        Assert.Equal("devpoll", failure.Engine);
        Assert.Contains("auto, epoll", failure.Message, StringComparison.Ordinal);
    }
}
