using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>A server that takes part in the comparison.</summary>
/// <param name="Name">What <c>--peers</c> calls it.</param>
/// <param name="Description">For the help text.</param>
/// <param name="Create">Makes it, in a process of its own.</param>
/// <param name="Environment">What its process is given beyond <see cref="Comparison.ServerSettings"/>.</param>
internal sealed record Peer(
    string Name,
    string Description,
    Func<IEchoServer> Create,
    IReadOnlyDictionary<string, string> Environment
)
{
    /// <summary>The peer that the limit is about.</summary>
    internal const string Reactor = "reactor";

    private const string Uring = "reactor-uring";

    /// <summary>The peer that ratios are taken to.</summary>
    internal const string Reference = "socket";

    private static readonly Dictionary<string, string> s_nothing = new(StringComparer.Ordinal);

    internal static IReadOnlyList<Peer> All { get; } =
    [
        new(Reactor, "Akka.Reactor, a ProtocolActor per connection", () => new ReactorEchoServer(), s_nothing),
        new(
            Uring,
            "the same on its io_uring engine",
            () => new ReactorEchoServer(),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["AKKA_REACTOR_ENGINE"] = "io_uring" }
        ),
        new(Reference, "Socket.ReceiveAsync and SendAsync", () => new SocketAsyncServer(), s_nothing),
        new("saea", "SocketAsyncEventArgs", () => new SocketEventArgsServer(), s_nothing),
        new(
            "saea-inline",
            "the same, completions run on the polling thread",
            () => new SocketEventArgsServer(),
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
            }
        ),
        new("epoll", "a bare epoll loop without bounds or timeouts: the floor", () => new EpollEchoServer(), s_nothing),
        new("kestrel", "Kestrel's ConnectionHandler, no HTTP", () => new KestrelEchoServer(), s_nothing),
    ];

    // 0 lets everybody use it; where the file is missing the kernel is older than the switch, or has no io_uring.
    private static bool IsUringAllowed =>
        File.Exists("/proc/sys/kernel/io_uring_disabled")
        && File.ReadAllText("/proc/sys/kernel/io_uring_disabled").Trim() is "0";

    /// <summary>Those that take part when nobody is named: all that this machine allows.</summary>
    internal static IEnumerable<Peer> Usual =>
        All.Where(peer => IsUringAllowed || !string.Equals(peer.Name, Uring, StringComparison.Ordinal));

    internal static IReadOnlyList<string> Names { get; } = [.. All.Select(peer => peer.Name)];

    /// <summary>The peer of one of <see cref="Names"/>.</summary>
    internal static Peer Named(string name) =>
        All.First(peer => string.Equals(peer.Name, name, StringComparison.Ordinal));
}
