using System;
using System.Linq;

namespace Akka.Reactor.Polling;

/// <summary>The one place that asks which operating system this is, and chooses its engine.</summary>
internal static class Platforms
{
    private const string Automatic = "auto";

    // Names another engine than the table's for `auto`: so a whole installation, or a whole test suite, runs on it.
    private const string EngineVariable = "AKKA_REACTOR_ENGINE";

    private static readonly Entry[] Engines =
    [
        new("epoll", "it needs Linux", OperatingSystem.IsLinux, () => new Unix("epoll", wake => new EpollEngine(wake))),
    ];

    /// <summary>The values of <c>akka.reactor.engine</c> that this build knows.</summary>
    internal static readonly string[] EngineNames = [Automatic, .. Engines.Select(engine => engine.Name)];

    /// <summary>The platform for an engine name, which must be one of <see cref="EngineNames"/>.</summary>
    /// <exception cref="EngineNotAvailableException">The engine cannot run here.</exception>
    internal static IPlatform Resolve(string engine)
    {
        string name = string.Equals(engine, Automatic, StringComparison.Ordinal) ? ForThisSystem() : engine;
        Entry entry =
            Array.Find(Engines, known => string.Equals(known.Name, name, StringComparison.Ordinal))
            ?? throw new EngineNotAvailableException(name, $"it is not one of {string.Join(", ", EngineNames)}");
        return entry.RunsHere()
            ? entry.Create()
            : throw new EngineNotAvailableException(name, $"{entry.Needs}; this is {Environment.OSVersion.Platform}");
    }

    // What `auto` means: a table, never a measurement.
    private static string ForThisSystem() =>
        Environment.GetEnvironmentVariable(EngineVariable) is { Length: > 0 } asked ? asked
        : OperatingSystem.IsLinux() ? "epoll"
        : throw new EngineNotAvailableException(
            Automatic,
            $"there is no engine for this operating system ({Environment.OSVersion.Platform})"
        );

    private sealed record Entry(string Name, string Needs, Func<bool> RunsHere, Func<IPlatform> Create);

    private sealed class Unix(string engine, Func<IWakeSignal, IEngine> create) : IPlatform
    {
        public string EngineName => engine;

        public ISockets Sockets { get; } = new PosixSockets();

        public IWakeSignal CreateWakeSignal() => new EventFd();

        public IEngine CreateEngine(IWakeSignal wake) => create(wake);
    }
}
