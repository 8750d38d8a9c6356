using System.Collections.Generic;

namespace Akka.Reactor.Diagnostics;

/// <summary>What is measured of one client, besides its connections. All members can be used on any thread.</summary>
/// <param name="metrics">The metrics of the reactor.</param>
/// <param name="tags">The attributes of every measurement.</param>
internal sealed class ClientMetrics(ReactorMetrics metrics, KeyValuePair<string, object?>[] tags)
{
    private volatile string? _state;

    /// <summary>The attributes of every measurement, with the state.</summary>
    internal KeyValuePair<string, object?>[] Tags =>
        [.. tags, new KeyValuePair<string, object?>("akka.reactor.client.state", _state)];

    /// <summary>Notes the state, in lower case with hyphens between the words.</summary>
    internal void Is(string state) => _state = state;

    /// <summary>Counts an attempt to connect again.</summary>
    /// <param name="why">The class of the failure that made it necessary.</param>
    internal void Reconnects(FailureClass why)
    {
        if (metrics.Reconnects.Enabled)
        {
            metrics.Reconnects.Add(1, [.. tags, new KeyValuePair<string, object?>("error.type", why.Name)]);
        }
    }

    /// <summary>Ends the reports: the client is gone.</summary>
    internal void Release() => metrics.Forget(this);
}
