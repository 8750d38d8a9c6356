using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor;

/// <summary>
/// Finds the addresses of a name. A client asks the resolver again before every attempt. The resolver can be called on any thread.
/// </summary>
public interface INameResolver
{
    /// <summary>
    /// Returns the addresses of a name, in the order in which they are to be tried (RFC 6724, section 6). The method is called on a
    /// loop and must not block: if the result takes long, the method returns a task that completes later. An exception of any type
    /// becomes the cause of a <see cref="DnsException"/>.
    /// </summary>
    /// <param name="host">The name. The resolver is never asked about an address.</param>
    /// <param name="cancellation">Cancelled when the result is no longer needed.</param>
    Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation);
}
