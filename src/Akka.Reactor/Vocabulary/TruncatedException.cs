namespace Akka.Reactor;

/// <summary>
/// The connection ended without the peer's close_notify (RFC 8446, section 6.1). Data may be missing, cut off by the network or by
/// an attacker. A protocol must not take this for a clean end of the stream.
/// </summary>
public sealed class TruncatedException : ReactorException
{
    internal TruncatedException(bool duringHandshake, long bytesReceived)
        : base(
            duringHandshake
                ? $"The peer ended the connection during the TLS handshake, after {bytesReceived} bytes."
                : $"The peer ended the connection without close_notify, after {bytesReceived} bytes; data may be missing."
        )
    {
        DuringHandshake = duringHandshake;
        BytesReceived = bytesReceived;
    }

    /// <summary>True if the connection ended during the handshake.</summary>
    public bool DuringHandshake { get; }

    /// <summary>The number of bytes of ciphertext that were received before the end.</summary>
    public long BytesReceived { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Truncated;
}
