using System;

namespace Akka.Reactor;

/// <summary>
/// A fatal TLS alert (RFC 8446, section 6.2) ended the connection, during the handshake or later: under TLS 1.3 a client that
/// rejects the server's certificate sends its alert when the handshake is already complete for the server.
/// </summary>
public sealed class TlsAlertException : ReactorException
{
    internal TlsAlertException(bool sent, TlsAlert alert, Exception? innerException = null)
        : base(
            sent
                ? $"TLS was ended towards the peer with alert {alert} ({(int)alert})."
                : $"The peer ended TLS with alert {alert} ({(int)alert}).",
            innerException
        )
    {
        Sent = sent;
        Alert = alert;
    }

    /// <summary>The peer ended an established TLS without having sent anything through it: it had refused us by then.</summary>
    internal bool BeforeData { get; set; }

    /// <summary>True where this side sent the alert, false where the peer did.</summary>
    public bool Sent { get; }

    /// <summary>The alert's description (RFC 8446, section 6).</summary>
    public TlsAlert Alert { get; }
}
