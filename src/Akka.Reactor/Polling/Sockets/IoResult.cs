namespace Akka.Reactor.Polling.Sockets;

/// <summary>The outcome of one receive, send or accept. These calls throw no exception: a fault is a value.</summary>
/// <param name="Count">The number of bytes received or sent. 0 from a receive without a fault is the peer's FIN.</param>
/// <param name="Fault">The reason why the call failed, or <see cref="SocketFault.None"/>.</param>
/// <param name="Errno">The operating system's number for <paramref name="Fault"/>, or 0.</param>
internal readonly record struct IoResult(int Count, SocketFault Fault, int Errno)
{
    internal static IoResult Done(int count) => new(count, SocketFault.None, 0);

    internal static IoResult Failed(SocketFault fault, int errno) => new(0, fault, errno);

    /// <summary>A send that the engine has started and will report.</summary>
    internal static IoResult Pending => new(0, SocketFault.InProgress, 0);

    internal bool Succeeded => Fault == SocketFault.None;

    internal bool WouldBlock => Fault == SocketFault.WouldBlock;

    internal bool IsPending => Fault == SocketFault.InProgress;
}

/// <summary>The outcome of one accept: a connected, non-blocking descriptor that the caller now owns, or a fault.</summary>
internal readonly record struct AcceptResult(
    nint Descriptor,
    System.Net.EndPoint? Remote,
    SocketFault Fault,
    int Errno
);
