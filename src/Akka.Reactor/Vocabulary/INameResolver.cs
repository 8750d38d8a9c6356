using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor;

/// <summary>Finds the addresses of a name; clients ask it afresh before every attempt. Called on any thread.</summary>
public interface INameResolver
{
    /// <summary>
    /// The addresses of a name, in the order in which they are to be tried (RFC 6724, section 6). Returns before it has them
    /// if that takes long: it is called on a loop. Any exception becomes the cause of a <see cref="DnsException"/>.
    /// </summary>
    /// <param name="host">A name; addresses are never asked for.</param>
    /// <param name="cancellation">Nobody wants to know any more.</param>
    Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation);
}
