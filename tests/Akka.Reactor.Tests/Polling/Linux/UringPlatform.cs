using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Linux;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Tests.Polling.Linux;

/// <summary>io_uring with rings of a chosen size.</summary>
internal sealed class UringPlatform(UringSizes sizes) : IPlatform
{
    /// <summary>So small that every queue overflows and every buffer is fought for.</summary>
    internal static readonly UringSizes Tiny = new(2, 4, 2, 64, 256);

    public string EngineName => "io_uring";

    public ISockets Sockets { get; } = new PosixSockets();

    public IWakeSignal CreateWakeSignal() => new EventFd();

    public IEngine CreateEngine(IWakeSignal wake) => new UringEngine(wake, sizes);
}
