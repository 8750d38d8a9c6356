using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor.Polling.Sockets;

/// <summary>A unix socket that has no name, as that of nearly every client. .NET's own prints as nothing.</summary>
internal sealed class UnnamedEndPoint : EndPoint
{
    internal static readonly UnnamedEndPoint Instance = new();

    private UnnamedEndPoint() { }

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    public override string ToString() => "unix:";
}
