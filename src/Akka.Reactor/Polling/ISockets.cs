using System.Net;

namespace Akka.Reactor.Polling;

/// <summary>
/// Makes and unmakes sockets; what flows through them is the engine's. Every descriptor returned is non-blocking,
/// closed on exec, and belongs to the caller until <see cref="Close"/> or <see cref="Reset"/>. Never blocks.
/// </summary>
internal interface ISockets
{
    /// <summary>Binds and listens. Throws <see cref="SocketFaultException"/>.</summary>
    nint Listen(IPEndPoint endPoint, int backlog);

    /// <summary>
    /// Starts to connect; the descriptor becomes writable when it is decided, and <see cref="TakeError"/> tells how.
    /// Throws <see cref="SocketFaultException"/> for what is refused at once, and then owns no descriptor.
    /// </summary>
    nint Connect(IPEndPoint endPoint);

    /// <summary>The socket's pending error, which this clears.</summary>
    (SocketFault Fault, int Errno) TakeError(nint descriptor);

    /// <summary>The address of this end.</summary>
    EndPoint LocalEndPoint(nint descriptor);

    /// <summary>Whether small writes leave at once (TCP_NODELAY).</summary>
    void SetNoDelay(nint descriptor, bool noDelay);

    /// <summary>Whether engines of this system can <see cref="IEngine.SendFile"/>.</summary>
    bool SendsFiles { get; }

    /// <summary>
    /// How many bytes, with the FIN as one, the peer has not acknowledged; -1 where the system does not tell.
    /// </summary>
    int Unacknowledged(nint descriptor);

    /// <summary>Sends FIN after what the kernel has (shutdown for writing).</summary>
    void ShutdownWrite(nint descriptor);

    /// <summary>Closes; the kernel still delivers what it has.</summary>
    void Close(nint descriptor);

    /// <summary>Closes with RST; what the kernel has is dropped.</summary>
    void Reset(nint descriptor);

    /// <summary>The operating system's words for an error number.</summary>
    string Describe(int errno);
}
