using System;

namespace Akka.Reactor;

/// <summary>
/// After <see cref="StopTls"/>, the peer has not sent its own close_notify within <see cref="ConnectionOptions.LingerTimeout"/>.
/// </summary>
public sealed class TlsStopTimeoutException : TimeoutExceededException
{
    internal TlsStopTimeoutException(TimeSpan timeout)
        : base($"The peer did not stop TLS within {timeout.TotalSeconds:0.###} s.", timeout) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.TlsHandshakeTimeout;
}
