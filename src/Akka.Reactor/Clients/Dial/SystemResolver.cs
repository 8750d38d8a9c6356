using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Clients.Dial;

/// <summary>The operating system's resolver, which sorts addresses according to RFC 6724 and runs on the thread pool.</summary>
internal sealed class SystemResolver : INameResolver
{
    internal static readonly SystemResolver Instance = new();

    public async Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
        await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
}
