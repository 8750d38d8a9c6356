using System;

namespace Akka.Reactor;

/// <summary>
/// A record on an established TLS connection could not be read or written: its header is malformed, the record is too long, or its
/// authentication failed (RFC 8446, section 5.2). The connection cannot be used any more. Before the handshake is complete, the
/// same failure is a <see cref="TlsHandshakeException"/>.
/// </summary>
public sealed class TlsProtocolException : ReactorException
{
    internal TlsProtocolException(string message, Exception? innerException = null)
        : base(message, innerException) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.TlsHandshake;
}
