using System;
using Akka.Actor;
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

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("auto")]
    public void A_variable_that_names_none_leaves_it_to_the_table(string? asked) =>
        Assert.Equal("epoll", Platforms.Resolve("auto", asked).EngineName);

    [Fact]
    public void The_variable_is_for_auto_only_and_is_named_when_it_is_wrong()
    {
        Assert.Equal("poll", Platforms.Resolve("auto", "poll").EngineName);
        Assert.Equal("select", Platforms.Resolve("select", "poll").EngineName);
        EngineNotAvailableException failure = Assert.Throws<EngineNotAvailableException>(() =>
            Platforms.Resolve("auto", "devpoll")
        );
        Assert.Equal(("devpoll", EngineVariable), (failure.Engine, failure.Variable));
        Assert.Contains("auto, epoll", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_engine_is_named_with_what_is_known()
    {
        EngineNotAvailableException failure = Assert.Throws<EngineNotAvailableException>(() =>
            Platforms.Resolve("devpoll")
        );
        Assert.Equal(("devpoll", null), (failure.Engine, failure.Variable));
        Assert.Contains("auto, epoll", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_says_which_setting_asked_for_an_engine_that_cannot_run()
    {
        using ActorSystem system = ActorSystem.Create("no-afd", "akka.reactor.engine = afd");
        ReactorConfigurationException failure = Assert.Throws<ReactorConfigurationException>(() => system.Reactor());
        Assert.Equal("akka.reactor.engine", failure.Path);
        Assert.StartsWith(
            "akka.reactor.engine: is afd, which is not available: it needs Windows",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_system_names_the_variable_where_that_asked()
    {
        EngineNotAvailableException refusal = Assert.Throws<EngineNotAvailableException>(() =>
            Platforms.Resolve("auto", "afd")
        );
        ReactorConfigurationException failure = ReactorExtension.Refused(refusal);
        Assert.Equal(EngineVariable, failure.Path);
        Assert.StartsWith($"{EngineVariable}: is afd", failure.Message, StringComparison.Ordinal);
    }
}
