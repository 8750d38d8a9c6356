using System;
using System.Globalization;
using System.Net;
using System.Threading.Tasks;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// Another host, which is a network namespace, and a cable to it. What is sent to <see cref="Silent"/> goes out on the cable,
/// and nobody has ever heard of it.
/// </summary>
internal sealed class RemoteHost : IAsyncDisposable
{
    // Of networks for tests and documentation (RFC 2544), for private use (RFC 4193), and of the link.
    private const string Prefix4 = "198.18.77";
    private const string Prefix6 = "fd5a:77";

    private readonly string _namespace = string.Create(
        CultureInfo.InvariantCulture,
        $"reactor-{Environment.ProcessId}"
    );

    /// <summary>Our end of the cable.</summary>
    internal string Interface { get; } = string.Create(CultureInfo.InvariantCulture, $"rx{Environment.ProcessId}");

    internal IPAddress Address4 { get; } = IPAddress.Parse($"{Prefix4}.2");

    internal IPAddress LinkLocal { get; } = IPAddress.Parse("fe80::77:2");

    internal IPAddress OwnLinkLocal { get; } = IPAddress.Parse("fe80::77:1");

    internal IPAddress Silent { get; } = IPAddress.Parse($"{Prefix6}::3");

    internal static async Task<RemoteHost> Create()
    {
        RemoteHost host = new();
        try
        {
            await host.Connect();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the host program over there.</summary>
    internal Task<HostProcess> Start(params string[] arguments) =>
        HostProcess.StartUnder(["ip", "netns", "exec", _namespace], arguments);

    // A namespace's own end of the cable goes some time after its name, and ours with it; the next host needs the place at once.
    public async ValueTask DisposeAsync()
    {
        await PeerProcess.Run("ip", "link", "delete", Interface);
        await PeerProcess.Run("ip", "netns", "delete", _namespace);
    }

    private async Task Connect()
    {
        await Ip($"netns add {_namespace}");
        await Ip($"link add {Interface} type veth peer name {Interface} netns {_namespace}");
        await Ip($"link set {Interface} addrgenmode none");
        await Ip($"-n {_namespace} link set {Interface} addrgenmode none");
        await Ip($"address add {Prefix4}.1/24 dev {Interface}");
        await Ip($"address add {Prefix6}::1/64 dev {Interface} nodad");
        await Ip($"address add {OwnLinkLocal}/64 dev {Interface} nodad");
        await Ip($"-n {_namespace} address add {Address4}/24 dev {Interface}");
        await Ip($"-n {_namespace} address add {LinkLocal}/64 dev {Interface} nodad");
        await Ip($"link set {Interface} up");
        await Ip($"-n {_namespace} link set {Interface} up");
        await Ip($"neighbour add {Silent} lladdr 02:00:00:00:00:03 dev {Interface} nud permanent");
    }

    private static async Task Ip(string arguments) =>
        (await PeerProcess.Run("ip", arguments.Split(' '))).AssertSucceeded();
}
