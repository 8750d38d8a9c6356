namespace Akka.Reactor.Protocols;

/// <summary>What the sender declared the content of a message to be, with BODY= in MAIL (RFC 6152, 3).</summary>
public enum SmtpBody
{
    /// <summary>
    /// <c>BODY=7BIT</c>, or nothing declared. It is a declaration, not a check: octets above 127 are tolerated.
    /// </summary>
    SevenBit,

    /// <summary><c>BODY=8BITMIME</c>: the content may have octets above 127.</summary>
    EightBitMime,
}
