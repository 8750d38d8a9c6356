using System;

namespace Akka.Reactor;

/// <summary>
/// A fatal TLS alert (RFC 8446, section 6.2) ended the connection, during the handshake or later. Under TLS 1.3 the handshake is
/// already complete for the server when a client that rejects the server's certificate sends its alert.
/// </summary>
public sealed class TlsAlertException : ReactorException
{
    internal TlsAlertException(bool sent, TlsAlert alert, Exception? innerException = null)
        : base(
            sent
                ? $"This side ended TLS with alert {alert} ({(int)alert})."
                : $"The peer ended TLS with alert {alert} ({(int)alert}).",
            innerException
        )
    {
        Sent = sent;
        Alert = alert;
    }

    /// <summary>True if the peer sent the alert before it had sent any data through TLS: the peer has refused this side.</summary>
    internal bool BeforeData { get; set; }

    /// <summary>True if this side sent the alert, false if the peer sent it.</summary>
    public bool Sent { get; }

    /// <summary>The alert's description (RFC 8446, section 6).</summary>
    public TlsAlert Alert { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.TlsAlert;
}
