namespace Akka.Reactor;

/// <summary>Why a transport closed.</summary>
public enum CloseReason
{
    /// <summary>We asked for it with <see cref="Close"/>, and everything was delivered to the kernel.</summary>
    Requested,

    /// <summary>We aborted it, or its owner stopped without closing it.</summary>
    Aborted,

    /// <summary>Both directions were finished in order, the peer's last.</summary>
    PeerFinished,

    /// <summary>The peer reset it, or the network reported it dead (<see cref="ConnectionResetException"/>).</summary>
    Reset,

    /// <summary>TLS ended without close_notify: the data may have been cut off (<see cref="TruncatedException"/>).</summary>
    Truncated,

    /// <summary>One of the named timeouts expired (<see cref="TimeoutExceededException"/>).</summary>
    TimedOut,

    /// <summary>The peer did something its protocol forbids (<see cref="PeerViolationException"/>).</summary>
    ProtocolViolation,

    /// <summary>Anything else; the exception says what.</summary>
    Failed,
}
