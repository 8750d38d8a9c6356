using System;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>A server that takes part in the comparison.</summary>
/// <param name="Name">The name in <c>--peers</c>.</param>
/// <param name="Description">The description in the help text.</param>
/// <param name="Create">
/// Makes the server, in its own process. It is null if the peer is not a .NET program; see <see cref="CServer"/>.
/// </param>
internal sealed record Peer(string Name, string Description, Func<ServerRequest, IPeerServer>? Create)
{
    /// <summary>This library on epoll.</summary>
    internal const string Reactor = "reactor";

    /// <summary>This library on io_uring.</summary>
    internal const string ReactorUring = "reactor-uring";

    /// <summary>The server in C. Ratios are taken to it.</summary>
    internal const string C = "c-epoll";

    /// <summary>The usual server in .NET. Ratios are taken to it.</summary>
    internal const string Socket = "socket";

    /// <summary>The usual TLS server in .NET. Ratios are taken to it.</summary>
    internal const string SslStream = "sslstream";

    /// <summary>The library, with a protocol that keeps the defaults.</summary>
    private const string ReactorDefaults = "reactor-defaults";

    /// <summary>The library, with an asynchronous handler. Its ratio is taken to <see cref="Reactor"/>.</summary>
    internal const string ReactorAsync = "reactor-async";

    /// <summary>The shipped host.</summary>
    private const string ReactorHost = "reactor-host";

    private const string OfOtherBuild = "-other";

    private static readonly Dictionary<string, string> s_nothing = new(StringComparer.Ordinal);

    /// <summary>The environment variables of the process in addition to <see cref="Comparison.ServerSettings"/>.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = s_nothing;

    /// <summary>The path of another build's program, which has the server, or null if this program has it.</summary>
    internal string? Program { get; init; }

    /// <summary>The name of the server in the program that has it.</summary>
    internal string ServerName => Program is null ? Name : Name[..^OfOtherBuild.Length];

    /// <summary>True if the server provides more than <see cref="Service.Echo"/> and <see cref="Service.Relay"/>.</summary>
    internal bool HasOneWay { get; init; }

    /// <summary>True if the server is the shipped host.</summary>
    internal bool IsHost => Name is ReactorHost;

    /// <summary>True if the server works without TLS.</summary>
    internal bool HasPlain { get; init; } = true;

    /// <summary>True if the server works under TLS.</summary>
    internal bool HasTls { get; init; }

    /// <summary>True if the server provides <see cref="Service.Relay"/>.</summary>
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
        new(
            ReactorDefaults,
            "the same on epoll, by a protocol that may keep what it has received",
            static request => new ReactorServer(request, EchoForm.Defaults)
        )
        {
            Environment = Variable("AKKA_REACTOR_ENGINE", "epoll"),
            HasTls = true,
        },
        new(
            ReactorAsync,
            "the same on epoll, by an asynchronous handler that never waits",
            static request => new ReactorServer(request, EchoForm.Asynchronous)
        )
        {
            Environment = Variable("AKKA_REACTOR_ENGINE", "epoll"),
            HasTls = true,
        },
        new(ReactorHost, "the echo server of ReactorHost on epoll, as a user starts it", Create: null)
        {
            Environment = Variable("AKKA_REACTOR_ENGINE", "epoll"),
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

    /// <summary>Returns the peer with the given name, which is one of <see cref="Names"/>.</summary>
    internal static Peer Named(string name) =>
        All.First(peer => string.Equals(peer.Name, name, StringComparison.Ordinal));

    /// <summary>Returns the name of a peer whose server comes from another build.</summary>
    internal static string InOtherBuild(string name) => name + OfOtherBuild;

    /// <summary>Returns those peers that are this library, with the servers of another build.</summary>
    internal static IEnumerable<Peer> InOtherBuild(IEnumerable<Peer> peers, string program) =>
        peers
            .Where(peer => peer.Name is Reactor or ReactorUring)
            .Select(peer => peer with { Name = InOtherBuild(peer.Name), Program = program });

    /// <summary>Returns whether the server can serve the request.</summary>
    internal bool Serves(ServerRequest request) =>
        (request.Tls ? HasTls : HasPlain)
        && request.Service switch
        {
            Service.Echo => true,
            Service.Relay => HasRelay,
            _ => HasOneWay,
        };

    /// <summary>Returns the reason why the server cannot run on this machine, or null if it can.</summary>
    internal string? Missing() =>
        ServerName switch
        {
            C when CServer.Compiler() is null => "there is no cc",
            ReactorUring when !IsUringAllowed() => "io_uring is not allowed here (kernel.io_uring_disabled)",
            _ => null,
        };

    // 0 allows io_uring for everybody. If the file is missing, the kernel is older than this setting or has no io_uring.
    private static bool IsUringAllowed() =>
        System.IO.File.Exists("/proc/sys/kernel/io_uring_disabled")
        && System.IO.File.ReadAllText("/proc/sys/kernel/io_uring_disabled").Trim() is "0";

    private static Dictionary<string, string> Variable(string name, string value) =>
        new(StringComparer.Ordinal) { [name] = value };
}
