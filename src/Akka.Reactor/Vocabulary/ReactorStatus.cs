using System.Collections.Generic;
using System.Linq;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>The status of a reactor: of its listeners and clients, at about the same time.</summary>
/// <param name="Listeners">The listeners that exist, ordered by name.</param>
/// <param name="Clients">
/// The clients that exist, ordered by name. A client under a supervisor of the application's own is not among them.
/// </param>
/// <param name="Memory">The memory that all connections hold.</param>
public sealed record ReactorStatus(
    IReadOnlyList<ListenerStatus> Listeners,
    IReadOnlyList<ClientStatus> Clients,
    ReactorMemory Memory
) : INoSerializationVerificationNeeded
{
    /// <summary>The number of accepted connections of all listeners that have not ended.</summary>
    public int OpenConnections => Listeners.Sum(listener => listener.OpenConnections);

    /// <summary>The listeners that do not accept now.</summary>
    public IEnumerable<ListenerStatus> NotAccepting => Listeners.Where(listener => !listener.Accepting);

    /// <summary>The clients that have no connection now, whether they try to make one or not.</summary>
    public IEnumerable<ClientStatus> NotConnected => Clients.Where(client => client.State != ClientState.Connected);
}
