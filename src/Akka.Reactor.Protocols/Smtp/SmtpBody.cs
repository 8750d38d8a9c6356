namespace Akka.Reactor.Protocols;

/// <summary>The kind of content that the sender has declared with BODY= in MAIL (RFC 6152, 3).</summary>
public enum SmtpBody
{
    /// <summary><c>BODY=7BIT</c>, or no declaration. The declaration is not checked: octets above 127 are tolerated.</summary>
    SevenBit,

    /// <summary><c>BODY=8BITMIME</c>: the content may have octets above 127.</summary>
    EightBitMime,
}
