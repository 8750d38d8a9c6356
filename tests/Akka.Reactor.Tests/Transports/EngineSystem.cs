using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Polling;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>An actor system whose loops wait in one engine, for tests that are run on each of them.</summary>
internal sealed class EngineSystem : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal EngineSystem(string engine, int selectors = 1)
    {
        System = ActorSystem.Create(
            "promises",
            ConfigurationFactory.ParseString(
                $"akka {{ loglevel = ERROR, log-dead-letters = off, reactor {{ engine = {engine}, selectors = {selectors}, listener.drain-timeout = 100ms }} }}"
            )
        );
    }

    internal ActorSystem System { get; }

    /// <summary>Linux's engines, as far as they can run here.</summary>
    internal static IReadOnlyList<string> Engines { get; } =
        OperatingSystem.IsLinux() ? [.. new[] { "epoll", "io_uring", "poll", "select" }.Where(CanRun)] : ["auto"];

    /// <summary>Bare, under a layer that changes nothing, under TLS, and under TLS on such a layer.</summary>
    internal static IReadOnlyList<string> Stacks { get; } = ["", "pass", "tls", "pass tls"];

    /// <summary>For tests that take seconds each: all engines in the soak; otherwise one of each kind.</summary>
    internal static IReadOnlyList<string> SomeEngines { get; } =
        Soak.IsOn ? Engines : [.. Engines.Where(engine => engine is "epoll" or "io_uring" or "auto")];

    /// <summary>Each engine with each of these stacks.</summary>
    internal static TheoryData<string, string> Over(IReadOnlyList<string> stacks) => Over(Engines, stacks);

    /// <summary>Each of these engines with each of these stacks.</summary>
    internal static TheoryData<string, string> Over(IReadOnlyList<string> engines, IReadOnlyList<string> stacks)
    {
        TheoryData<string, string> cases = [];
        foreach (string engine in engines)
        {
            foreach (string stack in stacks)
            {
                cases.Add(engine, stack);
            }
        }

        return cases;
    }

    /// <param name="protocol">Made for every connection.</param>
    /// <param name="options">Of every connection.</param>
    /// <param name="stack">Layers put in by configuration, lowest first.</param>
    internal Task<Bound> Bind(Props protocol, ConnectionOptions options, string stack = "") =>
        StackedConnection.Bind(System, stack, protocol, options);

    public async ValueTask DisposeAsync() => await System.Terminate().WaitAsync(Patience);

    private static bool CanRun(string engine)
    {
        try
        {
            Platforms.Resolve(engine);
            return true;
        }
        catch (EngineNotAvailableException)
        {
            return false;
        }
    }
}
