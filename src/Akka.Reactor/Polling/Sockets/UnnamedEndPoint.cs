using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>
/// The end point of a unix socket without a name, such as nearly every client's. .NET's own end point prints as an empty
/// string.
/// </summary>
internal sealed class UnnamedEndPoint : EndPoint
{
    internal static readonly UnnamedEndPoint Instance = new();

    private UnnamedEndPoint() { }

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    public override string ToString() => "unix:";
}
