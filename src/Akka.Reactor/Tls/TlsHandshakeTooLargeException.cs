namespace Akka.Reactor;

/// <summary>The peer announced or sent more handshake bytes than allowed; they were not read.</summary>
public sealed class TlsHandshakeTooLargeException : TlsHandshakeException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="bytes">Bytes sent or announced by the peer.</param>
    /// <param name="limit">Bytes allowed.</param>
    public TlsHandshakeTooLargeException(long bytes, long limit)
        : base($"The peer's handshake takes at least {bytes} bytes, more than the {limit} allowed.")
    {
        Bytes = bytes;
        Limit = limit;
    }

    /// <summary>Bytes sent or announced by the peer, record headers included.</summary>
    public long Bytes { get; }

    /// <summary>Bytes that were allowed.</summary>
    public long Limit { get; }
}
