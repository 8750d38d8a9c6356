using System;
using System.Linq;
using Akka.Reactor.Polling.Bsd;
using Akka.Reactor.Polling.Linux;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Polling.Windows;

#pragma warning disable RS0030 // The one place that asks for the operating system.

namespace Akka.Reactor.Polling;

/// <summary>Finds out which operating system this is, and chooses its engine. No other code does this.</summary>
internal static class Platforms
{
    private const string Automatic = "auto";

    // Names an engine that `auto` selects instead of the one in the table, so that a whole installation, or a whole test suite,
    // runs on it.
    private const string EngineVariable = "AKKA_REACTOR_ENGINE";

    // Names a library that emulates kqueue, for any Unix.
    private const string KqueueLibraryVariable = "AKKA_REACTOR_KQUEUE_LIBRARY";

    // The constants of this system. Null if it is not a Unix, or a Unix whose constants are not known.
    private static readonly PosixAbi? Abi =
        OperatingSystem.IsLinux() ? PosixAbi.Linux
        : OperatingSystem.IsMacOS() ? PosixAbi.MacOS
        : OperatingSystem.IsFreeBSD() ? PosixAbi.FreeBsd
        : null;

    private static readonly Lazy<(KqueueNative? Native, string? Reason)> Kqueue = new(LoadKqueue);

    private static readonly Entry[] Engines =
    [
        new("epoll", NeedsLinux, () => new Unix("epoll", PosixAbi.Linux, wake => new EpollEngine(wake))),
        new(
            "io_uring",
            () => NeedsLinux() ?? UringSupport.WhyNot(),
            () => new Unix("io_uring", PosixAbi.Linux, wake => new UringEngine(wake))
        ),
        new("kqueue", () => Kqueue.Value.Reason, CreateKqueue),
        new("afd", () => OperatingSystem.IsWindows() ? null : $"it needs Windows; {ThisSystem}", () => new Windows()),
        new("poll", NeedsUnix, () => new Unix("poll", Abi!, wake => new PollEngine(wake, Abi!))),
        new("select", NeedsUnix, () => new Unix("select", Abi!, wake => new SelectEngine(wake, Abi!))),
    ];

    /// <summary>The values of <c>akka.reactor.engine</c> that this build knows.</summary>
    internal static readonly string[] EngineNames = [Automatic, .. Engines.Select(engine => engine.Name)];

    /// <summary>Returns the platform for an engine name, which must be one of <see cref="EngineNames"/>.</summary>
    /// <exception cref="EngineNotAvailableException">The engine cannot run here.</exception>
    internal static IPlatform Resolve(string engine) =>
        Resolve(engine, Environment.GetEnvironmentVariable(EngineVariable));

    /// <inheritdoc cref="Resolve(string)"/>
    /// <param name="engine">The engine's name in the configuration.</param>
    /// <param name="asked">The environment variable's value.</param>
    internal static IPlatform Resolve(string engine, string? asked)
    {
        bool isAsked = IsAutomatic(engine) && !string.IsNullOrEmpty(asked) && !IsAutomatic(asked);
        string name =
            isAsked ? asked!
            : IsAutomatic(engine) ? ForThisSystem()
            : engine;
        string? variable = isAsked ? EngineVariable : null;
        Entry entry =
            Array.Find(Engines, known => string.Equals(known.Name, name, StringComparison.Ordinal))
            ?? throw new EngineNotAvailableException(
                name,
                $"it must be one of {string.Join(", ", EngineNames)}",
                variable
            );
        return entry.WhyNot() is { } reason
            ? throw new EngineNotAvailableException(name, reason, variable)
            : entry.Create();
    }

    // `auto` is decided by a table, never by a measurement.
    private static string ForThisSystem() =>
        OperatingSystem.IsLinux() ? "epoll"
        : OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? "kqueue"
        : OperatingSystem.IsWindows() ? "afd"
        : throw new EngineNotAvailableException(
            Automatic,
            $"there is no engine for this operating system; {ThisSystem}"
        );

    private static bool IsAutomatic(string engine) => string.Equals(engine, Automatic, StringComparison.Ordinal);

    private static string? NeedsLinux() => OperatingSystem.IsLinux() ? null : $"it needs Linux; {ThisSystem}";

    private static string? NeedsUnix() => Abi is null ? $"it needs Linux, macOS or FreeBSD; {ThisSystem}" : null;

    private static string ThisSystem => $"this is {Environment.OSVersion.Platform}";

    private static (KqueueNative? Native, string? Reason) LoadKqueue()
    {
        if (Abi is null)
        {
            return (null, NeedsUnix());
        }

        string? library = Environment.GetEnvironmentVariable(KqueueLibraryVariable);
        if (string.IsNullOrEmpty(library))
        {
            if (Abi == PosixAbi.Linux)
            {
                return (
                    null,
                    $"it needs macOS, FreeBSD, or a library that emulates kqueue, named by {KqueueLibraryVariable}"
                );
            }

            library = "libc";
        }

        int eventSize = OperatingSystem.IsFreeBSD() ? KqueueNative.FreeBsdEventSize : KqueueNative.MacOSEventSize;
        return (KqueueNative.TryLoad(library, eventSize, out string? reason), reason);
    }

    private static Unix CreateKqueue()
    {
        KqueueNative native = Kqueue.Value.Native!;
        return new Unix("kqueue", Abi!, wake => new KqueueEngine(wake, Abi!, native));
    }

    /// <param name="Name">The engine's name in <c>akka.reactor.engine</c>.</param>
    /// <param name="WhyNot">Returns why the engine cannot run here, or null.</param>
    /// <param name="Create">Creates the platform. Called only if the engine can run here.</param>
    private sealed record Entry(string Name, Func<string?> WhyNot, Func<IPlatform> Create);

    private sealed class Unix(string engine, PosixAbi abi, Func<IWakeSignal, IEngine> create) : IPlatform
    {
        public string EngineName => engine;

        public ISockets Sockets { get; } = new PosixSockets(abi);

        // On Linux all engines but kqueue use the eventfd, which the epoll engine need not read. The libraries that emulate kqueue
        // support a pipe better, as do the systems that have kqueue.
        public IWakeSignal CreateWakeSignal() =>
            OperatingSystem.IsLinux() && !string.Equals(engine, "kqueue", StringComparison.Ordinal)
                ? new EventFd()
                : new WakePipe(abi);

        public IEngine CreateEngine(IWakeSignal wake) => create(wake);
    }

    private sealed class Windows : IPlatform
    {
        public string EngineName => "afd";

        public ISockets Sockets { get; } = new WinsockSockets();

        public IWakeSignal CreateWakeSignal() => new CompletionPort();

        public IEngine CreateEngine(IWakeSignal wake) => new AfdEngine(wake);
    }
}
