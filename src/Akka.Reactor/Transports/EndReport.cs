using System;
using System.Runtime.InteropServices;
using System.Threading;
using Akka.Reactor.Diagnostics;

namespace Akka.Reactor.Transports;

/// <summary>
/// Reports the end of one connection once: to the listener's log and to the metrics. Can be used on any thread. Mutable: keep it in a
/// field.
/// </summary>
/// <param name="metrics">The metrics to which the connection belongs.</param>
/// <param name="startedAt">When the connection began, in milliseconds of the loop's clock.</param>
/// <param name="log">Logs the end; null if nobody logs it.</param>
[StructLayout(LayoutKind.Auto)]
internal struct EndReport(ConnectionMetrics metrics, long startedAt, Action<Channel, Closed>? log)
{
    private ReactorException? _known;
    private int _isMade;

    /// <summary>The metrics to which the connection belongs.</summary>
    internal readonly ConnectionMetrics Metrics => metrics;

    /// <summary>True if the listener logs the end of the connection.</summary>
    internal readonly bool Logs => log is not null;

    /// <summary>Notes why the protocol ends the connection. A log line has already said that.</summary>
    internal void Know(ReactorException cause) => Volatile.Write(ref _known, cause);

    /// <summary>Reports the end, unless that was done before.</summary>
    /// <param name="channel">The connection.</param>
    /// <param name="closed">The end, as the top of the connection's stack knows it.</param>
    /// <param name="tls">The result of the TLS handshake with the peer; null if there was none.</param>
    internal void Make(Channel channel, Closed closed, TlsInfo? tls)
    {
        if (Interlocked.Exchange(ref _isMade, 1) != 0)
        {
            return;
        }

        ReactorException? known = Volatile.Read(ref _known);
        if (known is null)
        {
            log?.Invoke(channel, closed);
        }

        if (metrics.WantsEnds)
        {
            metrics.Ended(
                channel.Selector.Loop.Now - startedAt,
                channel.Remote,
                KebabCase<CloseReason>.Of(known is null ? closed.Reason : Closed.ReasonOf(known)),
                known ?? closed.Cause,
                tls?.Version
            );
        }
    }
}
