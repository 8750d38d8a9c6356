using System.Net;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// Creates and closes sockets; their input and output is the engine's task. Every descriptor returned is non-blocking and
/// close-on-exec, and belongs to the caller until <see cref="Close"/> or <see cref="Reset"/>. No call blocks.
/// </summary>
internal interface ISockets
{
    /// <summary>The features that this system has and others may not have.</summary>
    SocketFeatures Features { get; }

    /// <summary>
    /// Binds a socket, listens, and returns its descriptor. The caller must remove the file of a unix socket (<see cref="FileOf"/>). An existing
    /// socket file at which nobody answers any more is replaced. Throws <see cref="SocketFaultException"/>.
    /// </summary>
    /// <param name="endPoint">An address of this machine, or the path of a unix socket.</param>
    /// <param name="backlog">The number of connections that the kernel holds in the accept queue.</param>
    /// <param name="settings">Null for the defaults.</param>
    nint Listen(EndPoint endPoint, int backlog, ListenOptions? settings = null);

    /// <summary>
    /// Starts to connect and returns the descriptor. The descriptor becomes writable when the outcome is known;
    /// <see cref="TakeError"/> then returns the outcome. If the connect is refused immediately, throws
    /// <see cref="SocketFaultException"/> and leaves no descriptor open. If the backlog of a unix socket is full, the
    /// fault is <see cref="SocketFault.WouldBlock"/>, and the connect has to be tried again.
    /// </summary>
    /// <param name="endPoint">The address to connect to.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="local">The local address, of the same family; port 0 means any port. Null lets the system choose.</param>
    nint Connect(EndPoint endPoint, SocketOptions? options = null, IPEndPoint? local = null);

    /// <summary>
    /// Opens a descriptor whose only use is to be closed when no other descriptor is left. Returns -1 and the error
    /// number if none is available.
    /// </summary>
    nint Reserve(out int errno);

    /// <summary>
    /// Returns how many descriptors the process may still open, or -1 if the system does not say. Opens none.
    /// </summary>
    /// <param name="refusal">The error number with which the system refuses to open one when none is free.</param>
    int FreeDescriptors(out int refusal)
    {
        refusal = 0;
        return -1;
    }

    /// <summary>Sets the buffer sizes of an accepted unix socket, which does not inherit them from the listening socket.</summary>
    void SetBuffers(nint descriptor, SocketOptions options);

    /// <summary>Starts or stops the probes of a silent peer (SO_KEEPALIVE). A refusal is ignored: the connection works without.</summary>
    void SetKeepAlive(nint descriptor, bool on);

    /// <summary>Returns the socket's pending error and clears it.</summary>
    (SocketFault Fault, int Errno) TakeError(nint descriptor);

    /// <summary>Returns the local address.</summary>
    EndPoint LocalEndPoint(nint descriptor);

    /// <summary>Returns the file of a unix socket that listens at the given local address; null if there is none.</summary>
    UnixSocketFileMark? FileOf(EndPoint local) => null;

    /// <summary>
    /// Returns the number of bytes that the peer has not acknowledged, with the FIN counted as one; -1 if the system does
    /// not report it.
    /// </summary>
    int Unacknowledged(nint descriptor);

    /// <summary>Sends a FIN after all bytes that the kernel still has (shutdown for writing).</summary>
    void ShutdownWrite(nint descriptor);

    /// <summary>Closes the socket. The kernel still delivers the bytes that it has.</summary>
    void Close(nint descriptor);

    /// <summary>Closes the socket with an RST. The bytes that the kernel still has are dropped.</summary>
    void Reset(nint descriptor);

    /// <summary>Returns the text for an error number.</summary>
    string Describe(int errno);
}
