using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Clients;

/// <summary>Asks for the addresses of a name, in the order in which they are to be tried, without blocking.</summary>
internal delegate Task<IPAddress[]> Resolver(string host, CancellationToken cancellation);
