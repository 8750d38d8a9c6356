using System;

namespace Akka.Reactor;

/// <summary>
/// The TLS handshake failed for a reason that is neither a rejected certificate (<see cref="TlsCertificateException"/>) nor an alert
/// (<see cref="TlsAlertException"/>) nor the deadline (<see cref="TlsHandshakeTimeoutException"/>): nothing could be agreed on, a
/// record was malformed, the peer's handshake is larger than <c>max-handshake-bytes</c> or <c>max-client-hello-bytes</c> allows, or
/// the peer does not speak TLS at all. The message says which.
/// </summary>
public sealed class TlsHandshakeException : ReactorException
{
    /// <summary>How many of the peer's first bytes a message shows: enough to recognise a protocol, not to leak one.</summary>
    internal const int MaxFirstBytes = 8;

    internal TlsHandshakeException(string message, Exception? innerException = null)
        : base(message, innerException) { }

    /// <summary>True where the peer's first bytes are no TLS record; then nothing of them was interpreted or answered.</summary>
    internal bool IsNotTls { get; private init; }

    /// <summary>The peer does not speak TLS.</summary>
    /// <param name="firstBytes">Its first bytes, as far as they have arrived, at most <see cref="MaxFirstBytes"/>.</param>
    internal static TlsHandshakeException NotTls(ReadOnlySpan<byte> firstBytes) =>
        new("The peer does not speak TLS: its first bytes are 0x" + Convert.ToHexString(firstBytes) + ".")
        {
            IsNotTls = true,
        };

    /// <summary>The peer's handshake is too large.</summary>
    /// <param name="bytes">Bytes sent or announced by the peer, record headers included.</param>
    /// <param name="limit">Bytes allowed.</param>
    internal static TlsHandshakeException TooLarge(long bytes, long limit) =>
        new($"The peer's handshake takes at least {bytes} bytes, more than the {limit} allowed.");
}
