using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Simulated;

/// <summary>Resolves the names of the simulated network. It answers immediately, on the simulation's thread.</summary>
internal sealed class SimulatedResolver : INameResolver
{
    private readonly Dictionary<string, IReadOnlyList<IPAddress>> _names = new(StringComparer.OrdinalIgnoreCase);

    internal void Set(string name, IReadOnlyList<IPAddress> addresses) => _names[name] = addresses;

    public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
        _names.TryGetValue(host, out IReadOnlyList<IPAddress>? addresses)
            ? Task.FromResult(addresses)
            : Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));
}
