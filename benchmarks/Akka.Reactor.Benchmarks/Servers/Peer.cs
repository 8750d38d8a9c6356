using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>A server that takes part in the comparison.</summary>
/// <param name="Name">What <c>--peers</c> calls it.</param>
/// <param name="Description">For the help text.</param>
/// <param name="Create">Makes it, in a process of its own; null: it is no .NET program, see <see cref="CServer"/>.</param>
internal sealed record Peer(string Name, string Description, Func<ServerRequest, IPeerServer>? Create)
{
    /// <summary>The library on epoll.</summary>
    internal const string Reactor = "reactor";

    /// <summary>The library on io_uring.</summary>
    internal const string ReactorUring = "reactor-uring";

    /// <summary>What C can do; ratios are taken to it.</summary>
    internal const string C = "c-epoll";

    /// <summary>The usual way in .NET; ratios are taken to it.</summary>
    internal const string Socket = "socket";

    /// <summary>The usual way to TLS in .NET; ratios are taken to it.</summary>
    internal const string SslStream = "sslstream";

    private const string OfOtherBuild = "-other";

    private static readonly Dictionary<string, string> s_nothing = new(StringComparer.Ordinal);

    /// <summary>What its process is given beyond <see cref="Comparison.ServerSettings"/>.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = s_nothing;

    /// <summary>The path of another build's program; null: the server is one of this program.</summary>
    internal string? Program { get; init; }

    /// <summary>What the program that has the server calls it.</summary>
    internal string ServerName => Program is null ? Name : Name[..^OfOtherBuild.Length];

    /// <summary>Serves more than <see cref="Service.Echo"/>.</summary>
    internal bool HasOneWay { get; init; }

    /// <summary>Serves in the clear.</summary>
    internal bool HasPlain { get; init; } = true;

    /// <summary>Serves under TLS.</summary>
    internal bool HasTls { get; init; }

    /// <summary>Serves as a <see cref="Service.Relay"/>.</summary>
    internal bool HasRelay { get; init; }

    internal static IReadOnlyList<Peer> All { get; } =
    [
        new(
            Reactor,
            "Akka.Reactor on epoll, a ProtocolActor per connection",
            static request => new ReactorServer(request)
        )
        {
            Environment = Variable("AKKA_REACTOR_ENGINE", "epoll"),
            HasOneWay = true,
            HasRelay = true,
            HasTls = true,
        },
        new(ReactorUring, "the same on io_uring", static request => new ReactorServer(request))
        {
            Environment = Variable("AKKA_REACTOR_ENGINE", "io_uring"),
            HasOneWay = true,
            HasRelay = true,
            HasTls = true,
        },
        new(C, "one thread over epoll, in C; needs cc", Create: null) { HasOneWay = true },
        new(Socket, "Socket.ReceiveAsync and SendAsync", static request => new SocketAsyncServer(request.Service))
        {
            HasOneWay = true,
        },
        new("saea", "SocketAsyncEventArgs", static _ => new SocketEventArgsServer()),
        new("saea-inline", "the same, completions run on the polling thread", static _ => new SocketEventArgsServer())
        {
            Environment = Variable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),
        },
        new("pipelines", "System.IO.Pipelines over NetworkStream", static _ => new PipelinesServer()),
        new("kestrel", "Kestrel's ConnectionHandler, no HTTP", static _ => new KestrelServer()),
        new(SslStream, "SslStream over NetworkStream", static request => new SslStreamServer(request.Lean))
        {
            HasPlain = false,
            HasTls = true,
        },
    ];

    internal static IReadOnlyList<string> Names { get; } = [.. All.Select(peer => peer.Name)];

    /// <summary>The peer of one of <see cref="Names"/>.</summary>
    internal static Peer Named(string name) =>
        All.First(peer => string.Equals(peer.Name, name, StringComparison.Ordinal));

    /// <summary>What a peer is called when its server is another build's.</summary>
    internal static string InOtherBuild(string name) => name + OfOtherBuild;

    /// <summary>Those of the peers that are this library, as another build has them.</summary>
    internal static IEnumerable<Peer> InOtherBuild(IEnumerable<Peer> peers, string program) =>
        peers
            .Where(peer => peer.Name is Reactor or ReactorUring)
            .Select(peer => peer with { Name = InOtherBuild(peer.Name), Program = program });

    /// <summary>Whether it can be what is asked for.</summary>
    internal bool Serves(ServerRequest request) =>
        (request.Tls ? HasTls : HasPlain)
        && request.Service switch
        {
            Service.Echo => true,
            Service.Relay => HasRelay,
            _ => HasOneWay,
        };

    /// <summary>Why it cannot run on this machine; null: it can.</summary>
    internal string? Missing() =>
        ServerName switch
        {
            C when CServer.Compiler() is null => "there is no cc",
            ReactorUring when !IsUringAllowed() => "io_uring is not allowed here (kernel.io_uring_disabled)",
            _ => null,
        };

    // 0 lets everybody use it; where the file is missing the kernel is older than the switch, or has no io_uring.
    private static bool IsUringAllowed() =>
        System.IO.File.Exists("/proc/sys/kernel/io_uring_disabled")
        && System.IO.File.ReadAllText("/proc/sys/kernel/io_uring_disabled").Trim() is "0";

    private static Dictionary<string, string> Variable(string name, string value) =>
        new(StringComparer.Ordinal) { [name] = value };
}
