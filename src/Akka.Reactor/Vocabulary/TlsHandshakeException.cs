using System;

namespace Akka.Reactor;

/// <summary>
/// The TLS handshake failed for a reason that is neither a rejected certificate (<see cref="TlsCertificateException"/>) nor an
/// alert (<see cref="TlsAlertException"/>) nor the deadline (<see cref="TlsHandshakeTimeoutException"/>). Possible reasons: the two
/// sides could not agree on anything, a record was malformed, the peer's handshake is larger than <c>max-handshake-bytes</c> or
/// <c>max-client-hello-bytes</c> allows, or the peer does not speak TLS at all. The message names the reason.
/// </summary>
public sealed class TlsHandshakeException : ReactorException
{
    /// <summary>
    /// The number of the peer's first bytes that a message shows: enough to recognise a protocol, and too few to leak its content.
    /// </summary>
    internal const int MaxFirstBytes = 8;

    internal TlsHandshakeException(string message, Exception? innerException = null)
        : base(message, innerException) { }

    /// <summary>
    /// True if the peer's first bytes are not a TLS record. In this case none of them was interpreted or answered.
    /// </summary>
    internal bool IsNotTls { get; private init; }

    /// <summary>Creates the exception for a peer that does not speak TLS.</summary>
    /// <param name="firstBytes">The peer's first bytes, as far as they have arrived, at most <see cref="MaxFirstBytes"/>.</param>
    internal static TlsHandshakeException NotTls(ReadOnlySpan<byte> firstBytes) =>
        new("The peer does not speak TLS: its first bytes are 0x" + Convert.ToHexString(firstBytes) + ".")
        {
            IsNotTls = true,
        };

    /// <summary>Creates the exception for a peer whose handshake is too large.</summary>
    /// <param name="bytes">The number of bytes that the peer has sent or announced, record headers included.</param>
    /// <param name="limit">The number of bytes that are allowed.</param>
    internal static TlsHandshakeException TooLarge(long bytes, long limit) =>
        new($"The peer's handshake takes at least {bytes} bytes, more than the {limit} allowed.");

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.TlsHandshake;
}
