namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The state of a <see cref="TlsSession"/>. The two closing directions of an open session are properties of the session.
/// </summary>
internal enum TlsSessionState
{
    /// <summary>Not started.</summary>
    Created,

    /// <summary>The handshake is in progress; writes are queued.</summary>
    Handshaking,

    /// <summary>The handshake is complete.</summary>
    Open,

    /// <summary>The session has failed; no bytes go in or out any more.</summary>
    Failed,

    /// <summary>Disposed.</summary>
    Disposed,
}
