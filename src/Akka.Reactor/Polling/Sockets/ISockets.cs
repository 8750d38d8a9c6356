using System.Net;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// Makes and unmakes sockets; what flows through them is the engine's. Every descriptor returned is non-blocking,
/// closed on exec, and belongs to the caller until <see cref="Close"/> or <see cref="Reset"/>. Never blocks.
/// </summary>
internal interface ISockets
{
    /// <summary>What this system has of what not every one has.</summary>
    SocketFeatures Features { get; }

    /// <summary>
    /// Binds and listens. The file of a unix socket is the caller's to remove; one at which nobody answers any more is
    /// replaced. Throws <see cref="SocketFaultException"/>.
    /// </summary>
    /// <param name="endPoint">An address of this machine, or the path of a unix socket.</param>
    /// <param name="backlog">Connections the kernel holds ready.</param>
    /// <param name="settings">Null: the defaults.</param>
    nint Listen(EndPoint endPoint, int backlog, ListenOptions? settings = null);

    /// <summary>
    /// Starts to connect; the descriptor becomes writable when it is decided, and <see cref="TakeError"/> tells how.
    /// Throws <see cref="SocketFaultException"/> for what is refused at once, and then owns no descriptor. A unix socket
    /// whose backlog is full is <see cref="SocketFault.WouldBlock"/>: it has to be tried again.
    /// </summary>
    /// <param name="endPoint">Where to.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="local">This end's address, of the same family; port 0: any. Null: as the system likes.</param>
    nint Connect(EndPoint endPoint, SocketOptions? options = null, IPEndPoint? local = null);

    /// <summary>
    /// A descriptor that is good for nothing but being given back when there is no other; -1, and why, when there is none
    /// to be had.
    /// </summary>
    nint Reserve(out int errno);

    /// <summary>The sizes of the buffers, for an accepted unix socket, which has not got them from the listening one.</summary>
    void SetBuffers(nint descriptor, SocketOptions options);

    /// <summary>The socket's pending error, which this clears.</summary>
    (SocketFault Fault, int Errno) TakeError(nint descriptor);

    /// <summary>The address of this end.</summary>
    EndPoint LocalEndPoint(nint descriptor);

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
