using System;

namespace Akka.Reactor.Polling;

/// <summary>The one place that asks which operating system this is, and chooses its engine.</summary>
internal static class Platforms
{
    /// <summary>The values of <c>akka.reactor.engine</c> that this build knows.</summary>
    internal static readonly string[] EngineNames = ["auto", "epoll"];

    /// <summary>The platform for an engine name, which must be one of <see cref="EngineNames"/>.</summary>
    /// <exception cref="EngineNotAvailableException">This operating system has no such engine.</exception>
    internal static IPlatform Resolve(string engine)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EngineNotAvailableException(
                engine,
                $"there is no engine for this operating system ({Environment.OSVersion.Platform}) yet; epoll needs Linux"
            );
        }

        return engine switch
        {
            "auto" or "epoll" => new LinuxPlatform(),
            _ => throw new EngineNotAvailableException(engine, $"it is not one of {string.Join(", ", EngineNames)}"),
        };
    }

    private sealed class LinuxPlatform : IPlatform
    {
        public string EngineName => "epoll";

        public ISockets Sockets { get; } = new PosixSockets();

        public IWakeSignal CreateWakeSignal() => new EventFd();

        public IEngine CreateEngine(IWakeSignal wake) => new EpollEngine(wake);
    }
}
