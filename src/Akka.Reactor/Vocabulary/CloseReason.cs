namespace Akka.Reactor;

/// <summary>The reason why a transport closed.</summary>
public enum CloseReason
{
    /// <summary>This side asked for the end with <see cref="Close"/>, and everything was delivered to the kernel.</summary>
    Requested,

    /// <summary>This side aborted the connection, or the owner of the transport stopped without closing it.</summary>
    Aborted,

    /// <summary>Both directions have ended in order with a FIN, and this side did not send <see cref="Close"/>.</summary>
    PeerFinished,

    /// <summary>
    /// The peer reset the connection, or the operating system gave it up as dead (<see cref="ConnectionResetException"/>).
    /// </summary>
    Reset,

    /// <summary>TLS ended without close_notify: data may be missing (<see cref="TruncatedException"/>).</summary>
    Truncated,

    /// <summary>One of the named timeouts expired (<see cref="TimeoutExceededException"/>).</summary>
    TimedOut,

    /// <summary>The peer did something that its protocol forbids (<see cref="PeerViolationException"/>).</summary>
    ProtocolViolation,

    /// <summary>
    /// This side ended the connection because all connections together held more than <c>memory-limit</c>, and this one held most
    /// (<see cref="ConnectionShedException"/>), or because too many TLS handshakes were under way (<see cref="TlsHandshakeShedException"/>).
    /// </summary>
    Shed,

    /// <summary>The transport failed for any other reason, which <see cref="Closed.Cause"/> names.</summary>
    Failed,
}
