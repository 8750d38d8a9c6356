using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Akka.Reactor.Hosting;

/// <summary>
/// Healthy while every listener accepts and every client has a connection. Degraded if a listener only waits: for a connection to end
/// (<c>max-connections</c>) or for memory. Otherwise the failure status of the registration. A client that was told to
/// <see cref="Disconnect"/> counts as healthy. The data of the result has the state of each by its name.
/// </summary>
public sealed class ReactorHealthCheck : IAkkaHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        AkkaHealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        ReactorStatus status = await context.ActorSystem.Reactor().Status().WaitAsync(cancellationToken);
        Dictionary<string, object> data = [];
        List<string> failures = [];
        List<string> waits = [];
        foreach (ListenerStatus listener in status.Listeners)
        {
            data[$"listener {listener.Name}"] = $"{listener.State}, {listener.OpenConnections} open connection(s)";
            List<string>? problems = listener.State switch
            {
                ListenerState.Accepting => null,
                ListenerState.AtMaxConnections or ListenerState.AtMemoryLimit => waits,
                _ => failures,
            };
            problems?.Add($"listener {listener.Name} does not accept ({listener.State})");
        }

        foreach (ClientStatus client in status.Clients)
        {
            data[$"client {client.Name}"] = $"{client.State}, {client.EndPoint}";
            if (client.State is not (ClientState.Connected or ClientState.Disconnected))
            {
                failures.Add(
                    $"client {client.Name} is not connected to {client.EndPoint} ({client.State})"
                        + (client.LastFailure is { } reason ? $": {reason.Message}" : "")
                );
            }
        }

        return failures.Count > 0
                ? new HealthCheckResult(
                    context.Registration.FailureStatus,
                    string.Join("; ", failures.Concat(waits)),
                    data: data
                )
            : waits.Count > 0 ? HealthCheckResult.Degraded(string.Join("; ", waits), data: data)
            : HealthCheckResult.Healthy(
                $"{status.Listeners.Count} listener(s) accept, {status.Clients.Count} client(s) are connected",
                data
            );
    }
}
