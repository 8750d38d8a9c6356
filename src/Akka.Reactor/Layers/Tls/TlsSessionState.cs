namespace Akka.Reactor.Layers.Tls;

/// <summary>Where a <see cref="TlsSession"/> stands. The two closing directions of an open engine are properties.</summary>
internal enum TlsSessionState
{
    /// <summary>Not started.</summary>
    Created,

    /// <summary>Handshake under way; writes are queued.</summary>
    Handshaking,

    /// <summary>Handshake complete.</summary>
    Open,

    /// <summary>Failed; nothing goes in or out any more.</summary>
    Failed,

    /// <summary>Disposed.</summary>
    Disposed,
}
