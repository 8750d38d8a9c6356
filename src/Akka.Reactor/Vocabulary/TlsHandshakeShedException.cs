using System;

namespace Akka.Reactor;

/// <summary>
/// This side ended a TLS handshake because too many others were under way on the loop: the handshakes that wait held more than
/// <c>akka.reactor.tls.handshake-memory</c>, and the peer of this one had owed bytes for longest; or its turn had not come when
/// <c>handshake-timeout</c> was over.
/// </summary>
public sealed class TlsHandshakeShedException : ReactorException
{
    private TlsHandshakeShedException(string message)
        : base(message) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Shed;

    /// <summary>Creates the exception for a handshake that holds memory that others need.</summary>
    /// <param name="held">The memory that all waiting handshakes of the loop held, in bytes.</param>
    /// <param name="limit">The memory that they may hold, in bytes.</param>
    internal static TlsHandshakeShedException ForMemory(long held, long limit) =>
        new(
            $"The TLS handshake was ended because it had waited longest: the waiting handshakes of the loop held {held} of at most {limit} bytes (akka.reactor.tls.handshake-memory)."
        );

    /// <summary>Creates the exception for a handshake whose turn has not come.</summary>
    internal static TlsHandshakeShedException ForTime(TimeSpan timeout) =>
        new(
            $"The TLS handshake was ended because its turn had not come after {timeout.TotalSeconds:0.###} s: too many others were before it."
        );
}
