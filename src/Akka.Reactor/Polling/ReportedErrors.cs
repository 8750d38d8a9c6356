using System;
using System.Collections.Concurrent;
using System.Net;

namespace Akka.Reactor.Polling;

/// <summary>
/// For an engine that takes an error off the socket in order to report it, as an emulation of kqueue does: keeps the
/// error until somebody asks the socket for it, who would find nothing otherwise. Stands before both ways to ask, a
/// receive and <see cref="TakeError"/>. Any thread.
/// </summary>
internal sealed class ReportedErrors(PosixAbi abi, ISocketIo io, ISockets sockets) : ISocketIo, ISockets
{
    private readonly ConcurrentDictionary<nint, int> _errors = new();

    /// <summary>The engine has been told this error of the socket.</summary>
    internal void Keep(nint descriptor, int errno) => _errors[descriptor] = errno;

    public IoResult Receive(nint descriptor, Span<byte> buffer)
    {
        // What the socket still has comes first; where it then says that it ended, it failed.
        IoResult result = io.Receive(descriptor, buffer);
        return result is { Count: 0, Fault: SocketFault.None } && _errors.TryRemove(descriptor, out int errno)
            ? IoResult.Failed(abi.ToFault(errno), errno)
            : result;
    }

    public IoResult Send(nint descriptor, ReadOnlySpan<byte> buffer) => io.Send(descriptor, buffer);

    public AcceptResult Accept(nint listener) => io.Accept(listener);

    public nint Listen(IPEndPoint endPoint, int backlog) => sockets.Listen(endPoint, backlog);

    public nint Connect(IPEndPoint endPoint) => sockets.Connect(endPoint);

    public (SocketFault Fault, int Errno) TakeError(nint descriptor)
    {
        (SocketFault Fault, int Errno) error = sockets.TakeError(descriptor);
        return _errors.TryRemove(descriptor, out int errno) && error.Errno == 0 ? (abi.ToFault(errno), errno) : error;
    }

    public EndPoint LocalEndPoint(nint descriptor) => sockets.LocalEndPoint(descriptor);

    public void SetNoDelay(nint descriptor, bool noDelay) => sockets.SetNoDelay(descriptor, noDelay);

    public void ShutdownWrite(nint descriptor) => sockets.ShutdownWrite(descriptor);

    public void Close(nint descriptor)
    {
        _errors.TryRemove(descriptor, out _);
        sockets.Close(descriptor);
    }

    public void Reset(nint descriptor)
    {
        _errors.TryRemove(descriptor, out _);
        sockets.Reset(descriptor);
    }

    public string Describe(int errno) => sockets.Describe(errno);
}
