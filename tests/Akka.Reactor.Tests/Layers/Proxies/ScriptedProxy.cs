using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>A listening socket of .NET, and what a proxy says on its connections when a test wants it to.</summary>
internal sealed class ScriptedProxy : IDisposable
{
    internal const string Host = "mail.example";
    internal const string Target = "mail.example:25";
    internal const string Established = "HTTP/1.1 200 Connection established\r\n\r\n";

    // With the address 127.0.0.1:1080.
    internal static readonly byte[] Granted = Dialogue.Hex("05000001 7F000001 0438");

    private const string HttpRequest = $"CONNECT {Target} HTTP/1.1\r\nHost: {Target}\r\n\r\n";

    private static readonly byte[] Greeting = Dialogue.Hex("050100");
    private static readonly byte[] Socks5Request =
    [
        .. Dialogue.Hex("05010003 0C"),
        .. Encoding.ASCII.GetBytes(Host),
        .. Dialogue.Hex("0019"),
    ];

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal ScriptedProxy()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    internal EndPoint EndPoint => _listener.LocalEndPoint!;

    internal static Proxy Socks5 { get; } = new(ProxyKind.Socks5, "proxy.example", 1080);

    internal static Proxy Http { get; } = new(ProxyKind.HttpConnect, "proxy.example", 3128);

    /// <summary>The layer to <see cref="Target"/>.</summary>
    internal static Layer LayerOf(Proxy proxy) => proxy.LayerTo(Host, 25);

    internal Task<Peer> Accept() => Peer.Accept(_listener);

    /// <summary>Takes a SOCKS5 request without a password, up to where its reply is due.</summary>
    internal static async Task TakeSocks5(Peer peer)
    {
        await Expect(peer, Greeting);
        await peer.Send(new byte[] { 5, 0 });
        await Expect(peer, Socks5Request);
    }

    /// <summary>Takes a CONNECT request without credentials.</summary>
    internal static Task TakeHttp(Peer peer) => Expect(peer, Encoding.ASCII.GetBytes(HttpRequest));

    /// <summary>Takes exactly these bytes: nothing else may have come before them.</summary>
    internal static async Task Expect(Peer peer, byte[] bytes) =>
        Xunit.Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(await peer.ReceiveExactly(bytes.Length)));

    public void Dispose() => _listener.Dispose();
}
