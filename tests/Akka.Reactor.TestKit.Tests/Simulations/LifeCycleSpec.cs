using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// The life of a protocol, event by event and over several stacks, as docs/lifecycle.md has it: <c>OnClosed</c> is called once for each
/// <c>OnConnected</c>, whatever ends the connection or the actor, and never without.
/// </summary>
public sealed class LifeCycleSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    private static readonly int Connections = Soak.IsOn ? 20_000 : 700;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly string[] ListenersStacks = ["", "pass", "pass pass", "tls", "pass tls"];
    private static readonly string[] ClientsStacks = ["", "pass", "pass pass", "tls", "socks tls"];

    private static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());
    private static readonly TlsClientOptions ClientTls = new("server.test") { Verify = TlsVerification.NoneDangerous };

    // What happens, and what a listener's protocol is told, in this order.
    private static readonly Dictionary<string, string> OfListener = new(StringComparer.Ordinal)
    {
        ["peer finishes"] = "connected, peer finished, closed Requested, stopped",
        ["peer resets"] = "connected, closed Reset, stopped",
        ["close"] = "connected, received close, closed Requested, stopped",
        ["close and stop"] = "connected, received close and stop, closed Requested, stopped",
        ["abort"] = "connected, received abort, closed Aborted, stopped",
        ["abort and stop"] = "connected, received abort and stop, closed Aborted, stopped",
        ["abort for a reason"] = "connected, received abort for a reason, closed ProtocolViolation, stopped",
        ["throw"] = "connected, received throw, closed Aborted by ProtocolCrashedException, stopped",
        ["stop"] = "connected, received stop, closed Aborted, stopped",
        ["PoisonPill"] = "connected, received PoisonPill, closed Aborted, stopped",
        ["Kill"] = "connected, received Kill, closed Aborted, stopped",
        ["swap and close"] =
            "connected, received swap and close, successor closed Requested, closed Requested, stopped",
        ["idle"] = "connected, closed TimedOut, stopped",
        ["drain"] = "connected, draining, closed Requested, stopped",
        ["system ends"] = "connected, draining, closed Requested, stopped",
        ["handshake fails"] = "not connected Failed, stopped",
    };

    // And the protocol of a client, whose server does the same.
    private static readonly Dictionary<string, string> OfClient = new(StringComparer.Ordinal)
    {
        ["peer finishes"] =
            "connecting, connected, peer finished, closed Requested, disconnected PeerFinished, connecting, connected",
        ["peer resets"] = "connecting, connected, closed Reset, disconnected Reset, connecting, connected",
        ["close"] =
            "connecting, connected, received close, closed Requested, disconnected Requested, connecting, connected",
        ["abort"] =
            "connecting, connected, received abort, closed Aborted, disconnected Aborted, connecting, connected",
        ["throw"] =
            "connecting, connected, received throw, closed Aborted by ProtocolCrashedException, stopped, "
            + "disconnected ProtocolCrash, connecting, connected",
        ["stop"] = "connecting, connected, received stop, closed Aborted, stopped",
        ["PoisonPill"] = "connecting, connected, received PoisonPill, closed Aborted, stopped",
        ["swap and close"] =
            "connecting, connected, received swap and close, successor closed Requested, closed Requested, "
            + "disconnected Requested, connecting, connected",
        ["swap and throw"] =
            "connecting, connected, received swap and throw, closed Aborted, disconnected Aborted, connecting, connected",
        ["idle"] = "connecting, connected, closed TimedOut, disconnected IdleTimeout, connecting, connected",
        ["handshake fails"] = "connecting, disconnected LayerCrash, connecting, disconnected LayerCrash, connecting",
    };

    private readonly Simulation _simulation = new(1);
    private readonly List<string> _told = [];
    private readonly ActorSystem _system;

    public LifeCycleSpec() =>
        _system = _simulation.CreateSystem(
            "system",
            Here,
            ConfigurationFactory.ParseString(
                """
                akka.reactor {
                  connection.idle-timeout = 5s
                  client.reconnect { min-backoff = 1s, max-backoff = 1s, jitter = 0, on.layer-crash = 1s }
                }
                akka.coordinated-shutdown.exit-clr = off
                """
            )
        );

    public static TheoryData<string, string> Listeners => Cells(OfListener, ListenersStacks);

    public static TheoryData<string, string> Clients => Cells(OfClient, ClientsStacks);

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [MemberData(nameof(Listeners))]
    public void A_listeners_protocol_is_told(string what, string stack)
    {
        Bound bound = Bind(what, stack, port: 7000);
        OtherSide peer = IsSecure(stack)
            ? Connect(_simulation.CreateSystem("other", There), bound.Port)
            : new OtherSide.Plain(_simulation.Connect(There, bound.LocalEndPoint));
        _simulation.Run(Second);
        Do(what, peer, bound);
        _simulation.Run(20 * Second);
        Assert.Equal(OfListener[what], string.Join(", ", _told));
        Check();
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public void A_clients_protocol_is_told(string what, string stack)
    {
        List<OtherSide> peers = Listen(stack);
        ConnectOptions connect = _system.Reactor().ConnectDefaults with
        {
            Layers = LayersOf(stack, what, Tls.ClientLayer(ClientTls)),
            Proxies = IsProxied(stack) ? [new Proxy(ProxyKind.Socks5, There, 25)] : [],
        };
        ClientOptions options = new([$"tcp://{There}:25"], Props.Create(() => new Told(_told))) { Connect = connect };
        _simulation.Await(() => _system.Reactor().StartClient(options));
        _simulation.Run(Second / 2);
        Do(what, peers.FirstOrDefault(), bound: null);
        _simulation.Run(7 * Second);

        // What comes again and again is compared as far as the table has it.
        Assert.StartsWith(OfClient[what], string.Join(", ", _told), StringComparison.Ordinal);
    }

    /// <summary>What is opened in <c>OnConnected</c> and freed in <c>OnClosed</c> is freed as often as it was opened.</summary>
    [Fact]
    public void Of_many_connections_that_end_in_every_way_nothing_is_left()
    {
        // These end more than one connection.
        string[] ends = [.. OfListener.Keys.Except(["drain", "system ends"], StringComparer.Ordinal)];
        (string What, string Stack)[] kinds = [.. ends.SelectMany(what => ListenersStacks.Select(s => (what, s)))];
        Assert.InRange(kinds.Length, 66, int.MaxValue);
        ActorSystem other = _simulation.CreateSystem("other", There);
        Dictionary<(string, string), Bound> listeners = [];
        for (int i = 0; i < Connections; i++)
        {
            (string what, string stack) = kinds[i % kinds.Length];
            if (!listeners.TryGetValue((what, stack), out Bound? bound))
            {
                listeners.Add((what, stack), bound = Bind(what, stack, port: 0));
            }

            OtherSide peer = IsSecure(stack)
                ? Connect(other, bound.Port)
                : new OtherSide.Plain(_simulation.Connect(There, bound.LocalEndPoint));
            _simulation.Run(TimeSpan.FromMilliseconds(20));
            Do(what, peer, bound);
        }

        _simulation.Run(Minute);
        Assert.Equal(listeners.Count, _simulation.OpenSockets(Here));
        Assert.Equal(0, _system.Reactor().Budget.Exact);
        Assert.Equal(Connections, _told.Count(told => told == "stopped"));
        Assert.InRange(_told.Count(told => told == "connected"), Connections / 2, Connections);
        Check();
    }

    private static TheoryData<string, string> Cells(Dictionary<string, string> table, string[] stacks)
    {
        TheoryData<string, string> cells = [];
        foreach (string what in table.Keys)
        {
            foreach (string stack in stacks)
            {
                cells.Add(what, stack);
            }
        }

        return cells;
    }

    private static bool IsSecure(string stack) => stack.EndsWith("tls", StringComparison.Ordinal);

    private static bool IsProxied(string stack) => stack.StartsWith("socks", StringComparison.Ordinal);

    private Bound Bind(string what, string stack, int port)
    {
        ListenerOptions options = _system.Reactor().ListenerDefaults with
        {
            Layers = LayersOf(stack, what, Tls.ServerLayer(ServerTls)),
            Tls = ServerTls,
        };
        return _simulation.Bind(_system, $"tcp://{Here}:{port}", Props.Create(() => new Told(_told)), options);
    }

    private OtherSide Connect(ActorSystem other, int port)
    {
        List<OtherSide> sides = [];
        _simulation.Await(() =>
            other
                .Reactor()
                .Connect(
                    $"tls://{Here}:{port}",
                    Props.Create(() => new OtherSide.Partner(sides, false)),
                    new ConnectOptions { Tls = ClientTls }
                )
        );
        return sides[0];
    }

    private List<OtherSide> Listen(string stack)
    {
        List<OtherSide> sides = [];
        if (!IsSecure(stack))
        {
            _simulation.Listen(There, 25, peer => sides.Add(new OtherSide.Plain(peer)));
            return sides;
        }

        bool isProxy = IsProxied(stack);
        ListenerOptions options = new() { Tls = ServerTls };
        Props partner = Props.Create(() => new OtherSide.Partner(sides, isProxy));
        string scheme = isProxy ? "tcp" : "tls";
        _simulation.Bind(_simulation.CreateSystem("other", There), $"{scheme}://{There}:25", partner, options);
        return sides;
    }

    private static List<Layer> LayersOf(string stack, string what, Layer tls)
    {
        List<Layer> layers =
        [
            .. stack
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Where(name => name != "socks")
                .Select(name => name == "tls" ? tls : new Layer(name, lower => Props.Create(() => new Pass(lower)))),
        ];
        if (what == "handshake fails")
        {
            layers.Add(new Layer("failing", lower => Props.Create(() => new Failing(lower))));
        }

        return layers;
    }

    private void Do(string what, OtherSide? peer, Bound? bound)
    {
        switch (what)
        {
            case "peer finishes":
                peer!.Finish();
                break;
            case "peer resets":
                peer!.Reset();
                break;
            case "drain":
                bound!.Listener.Tell(new Drain(Second));
                break;
            case "system ends":
                _simulation.Await(
                    () => CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance),
                    Minute
                );
                break;
            case "idle":
            case "handshake fails":
                break;
            default:
                peer!.Send(what);
                break;
        }
    }

    private void Check()
    {
        Assert.Equal(
            _told.Count(told => told == "connected"),
            _told.Count(told => told.StartsWith("closed", StringComparison.Ordinal))
        );
    }

    private sealed class Told(List<string> told) : ProtocolActor
    {
        protected override void OnConnected() => told.Add("connected");

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string what = Encoding.ASCII.GetString(data);
            told.Add($"received {what}");
            switch (what)
            {
                case "close":
                    Close();
                    break;
                case "close and stop":
                    Close();
                    Context.Stop(Self);
                    break;
                case "abort":
                    Abort();
                    break;
                case "abort and stop":
                    Abort();
                    Context.Stop(Self);
                    break;
                case "abort for a reason":
                    Abort(new PeerViolationException("The peer has said so."));
                    break;
                case "throw":
                    throw new InvalidOperationException("The peer has asked for it.");
                case "stop":
                    Context.Stop(Self);
                    break;
                case "PoisonPill":
                    Self.Tell(PoisonPill.Instance);
                    break;
                case "Kill":
                    Self.Tell(Kill.Instance);
                    break;
                case "swap and close":
                    SwapProtocol(Props.Create(() => new Successor(told)));
                    break;
                case "swap and throw":
                    SwapProtocol(Props.Create<Throwing>());
                    break;
            }

            return data.Length;
        }

        protected override void OnPeerFinished()
        {
            told.Add("peer finished");
            base.OnPeerFinished();
        }

        protected override void OnDraining()
        {
            told.Add("draining");
            base.OnDraining();
        }

        protected override void OnClosed(Closed closed) =>
            told.Add(
                closed.Cause is ProtocolCrashedException
                    ? $"closed {closed.Reason} by {closed.Cause.GetType().Name}"
                    : $"closed {closed.Reason}"
            );

        protected override void OnNotConnected(Closed closed) => told.Add($"not connected {closed.Reason}");

        protected override void OnConnecting(Connecting connecting) => told.Add("connecting");

        protected override void OnDisconnected(Disconnected disconnected) =>
            told.Add($"disconnected {NameOf(disconnected.Cause.FailureClass)}");

        protected override void PostStop() => told.Add("stopped");

        private static string NameOf(FailureClass failure) =>
            string.Concat(failure.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private sealed class Successor(List<string> told) : ProtocolActor
    {
        protected override void OnConnected() => Close();

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnClosed(Closed closed) => told.Add($"successor closed {closed.Reason}");
    }

    private sealed class Throwing : ProtocolActor
    {
        protected override void OnConnected() => throw new InvalidOperationException("On request.");

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Pass(IActorRef lower) : LayerActor(lower);

    private sealed class Failing(IActorRef lower) : LayerActor(lower)
    {
        protected override void OnLowerConnected() => throw new InvalidOperationException("On request.");
    }
}
