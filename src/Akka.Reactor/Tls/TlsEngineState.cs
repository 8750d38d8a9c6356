namespace Akka.Reactor;

/// <summary>Where a <see cref="TlsEngine"/> stands. The two closing directions of an open engine are properties.</summary>
internal enum TlsEngineState
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
