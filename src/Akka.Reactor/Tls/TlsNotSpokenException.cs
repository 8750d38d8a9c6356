using System;

namespace Akka.Reactor;

/// <summary>
/// The peer's first bytes are not a TLS record: it speaks plaintext (or something else) where TLS was expected.
/// Nothing of what it sent has been interpreted, and nothing has been answered.
/// </summary>
public sealed class TlsNotSpokenException : TlsHandshakeException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="firstBytes">The peer's first bytes, at most <see cref="MaxFirstBytes"/> of them.</param>
    public TlsNotSpokenException(ReadOnlyMemory<byte> firstBytes)
        : base("The peer does not speak TLS: its first bytes are 0x" + Convert.ToHexString(firstBytes.Span) + ".")
    {
        FirstBytes = firstBytes;
    }

    /// <summary>How many of the peer's bytes are kept for diagnosis.</summary>
    public const int MaxFirstBytes = 8;

    /// <summary>The peer's first bytes, as far as they had arrived; enough to recognise a protocol, not to leak one.</summary>
    public ReadOnlyMemory<byte> FirstBytes { get; }
}
