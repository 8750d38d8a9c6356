using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A peer for every class of failures, and when a client comes back to it.</summary>
public sealed class ClientFailuresSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private const int Port = 7000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // All of the wait, and none of it left to chance: 200, 400, 800, 1,000, 1,000 ms.
    private static readonly RetryPolicy Steady = new()
    {
        MinBackoff = TimeSpan.FromMilliseconds(200),
        MaxBackoff = TimeSpan.FromSeconds(1),
        Jitter = 0,
    };

    private static readonly FailureClass NoPong = FailureClass.Named("no-pong");

    private static readonly Dictionary<FailureClass, Action<Scene>> Scenes = new()
    {
        [FailureClass.Dns] = scene => scene.EndPoint = $"tcp://no.test:{Port}",
        [FailureClass.DnsTimeout] = scene =>
        {
            scene.EndPoint = $"tcp://slow.test:{Port}";
            scene.Connect = scene.Connect with { NameResolver = new SilentResolver() };
        },
        [FailureClass.ConnectRefused] = _ => { },
        [FailureClass.ConnectTimeout] = scene => scene.Faults = new SimulatedFaults { ConnectHangs = 1 },
        [FailureClass.Unreachable] = scene => scene.Faults = new SimulatedFaults { ConnectUnreachable = 1 },
        [FailureClass.ConnectFailed] = scene => scene.Faults = new SimulatedFaults { DescriptorLimit = 1 },
        [FailureClass.Proxy] = scene => scene.ServeProxy("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        [FailureClass.ProxyAuthentication] = scene =>
            scene.ServeProxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
        [FailureClass.TlsCertificate] = scene => scene.ServeTls(_ => { }),
        [FailureClass.TlsAlert] = scene => scene.ServeBytes("tls", peer => peer.Send(FatalAlert)),
        [FailureClass.TlsHandshake] = scene =>
            scene.ServeBytes("tls", peer => peer.Send("421 not now, nor in TLS\r\n")),
        [FailureClass.TlsHandshakeTimeout] = scene => scene.ServeBytes("tls", _ => { }),
        [FailureClass.Reset] = scene => scene.ServeBytes("tcp", peer => peer.Reset()),
        [FailureClass.Truncated] = scene =>
            scene.ServeTls(protocol => protocol.Lowest.Tell(new Close(), ActorRefs.NoSender), trusted: true),
        [FailureClass.IdleTimeout] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Limit(connection => connection with { IdleTimeout = TimeSpan.FromSeconds(2) });
        },
        [FailureClass.WriteStall] = scene =>
        {
            scene.ServeBytes("tcp", peer => peer.StopReading());
            scene.Diary.OnConnected = protocol => protocol.Send(new string('x', 900_000));
            scene.Limit(connection => connection with { WriteStallTimeout = TimeSpan.FromSeconds(2) });
        },
        [FailureClass.Lifetime] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Limit(connection => connection with { Lifetime = TimeSpan.FromSeconds(2) });
        },
        [FailureClass.DataRate] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Limit(connection => connection with { MinReceiveRate = 100, RatePeriod = TimeSpan.FromSeconds(1) });
        },
        [FailureClass.ProtocolViolation] = scene =>
        {
            scene.ServeBytes("tcp", peer => peer.Send("nonsense"));
            scene.Diary.OnReceived = (protocol, _) => protocol.Reject(new PeerViolationException("nonsense"));
        },
        [FailureClass.Shed] = scene =>
        {
            scene.ServeBytes("tcp", peer => peer.StopReading());
            scene.Diary.OnConnected = protocol => protocol.Send(new string('x', 900_000));
            scene.Settings = "akka.reactor.memory-limit = 64KiB";
        },
        [FailureClass.PeerFinished] = scene => scene.ServeBytes("tcp", peer => peer.Finish()),
        [FailureClass.Requested] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Diary.OnConnected = protocol => protocol.End();
        },
        [FailureClass.Aborted] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Diary.OnConnected = protocol => protocol.Reset();
        },
        [FailureClass.ProtocolCrash] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Diary.OnConnected = _ => throw new InvalidOperationException("on request");
        },
        [FailureClass.SocketFailure] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Connect = scene.Connect with
            {
                Layers = [new Layer("failing", lower => Props.Create(() => new FailingLayer(lower)))],
            };
        },
        [FailureClass.LayerCrash] = scene =>
        {
            scene.ServeBytes("tcp", _ => { });
            scene.Connect = scene.Connect with
            {
                Layers = [new Layer("broken", _ => throw new InvalidOperationException("on request"))],
            };
        },
        [FailureClass.Other] = scene =>
        {
            scene.ServeBytes("tcp", peer => peer.Send("nonsense"));
            scene.Diary.OnReceived = (protocol, _) => protocol.Reject(new OwnException());
        },
        [NoPong] = scene =>
        {
            scene.ServeBytes("tcp", peer => peer.Send("nonsense"));
            scene.Diary.OnReceived = (protocol, _) => protocol.Reject(new NoPongException());
        },
    };

    private static readonly byte[] FatalAlert = [21, 3, 3, 0, 2, 2, 40];

    private readonly Simulation _simulation = new(1);

    public static TheoryData<string> Classes => [.. FailureClass.All.Append(NoPong).Select(failure => failure.Name)];

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [MemberData(nameof(Classes))]
    public void It_comes_back_exactly_when_the_policy_says(string name)
    {
        FailureClass failure = Class(name);
        Scene scene = Begin(failure, new ReconnectOptions { Policy = Steady, On = Retries });
        _simulation.RunUntil(() => scene.Diary.TimesOf<Connecting>().Length > 6, Minute);
        (TimeSpan At, object What)[] entries =
        [
            .. scene.Diary.Entries.Where(entry => entry.What is Connecting or Disconnected),
        ];
        Disconnected[] losses = [.. entries.Select(entry => entry.What).OfType<Disconnected>()];
        Assert.All(losses, loss => Assert.Equal(failure, ClassOf(loss.Cause)));
        Assert.Equal(
            [200, 400, 800, 1000, 1000, 1000],
            losses.Take(6).Select(loss => loss.RetryIn!.Value.TotalMilliseconds)
        );

        // One attempt after every loss, to the millisecond.
        for (int i = 0; i < 12; i += 2)
        {
            Assert.IsType<Connecting>(entries[i].What);
            Disconnected loss = Assert.IsType<Disconnected>(entries[i + 1].What);
            TimeSpan late = entries[i + 2].At - entries[i + 1].At - loss.RetryIn!.Value;
            Assert.InRange(late.TotalMilliseconds, -1, 1);
        }

        Assert.InRange(_simulation.OpenSockets(Here), 0, 1);
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void To_stop_stops(string name)
    {
        FailureClass failure = Class(name);
        Scene scene = Begin(failure, Only(failure, RetryDirective.Stop));
        _simulation.RunUntil(() => scene.Ended, Minute);
        Assert.Equal(failure, ClassOf(Assert.Single(scene.Diary.All<GaveUp>()).Cause));
        Assert.Single(scene.Diary.All<Connecting>());
        Assert.Empty(scene.Diary.All<Disconnected>());
        _simulation.Run(Minute);
        Assert.Equal(0, _simulation.OpenSockets(Here));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void To_escalate_fails_with_the_same_exception(string name)
    {
        FailureClass failure = Class(name);
        Scene scene = Begin(failure, Only(failure, RetryDirective.Escalate), supervised: true);
        _simulation.RunUntil(() => scene.Escalated.Count > 0, Minute);
        Assert.Equal(failure, ClassOf(Assert.Single(scene.Escalated)));
        _simulation.RunUntil(() => scene.Ended, Minute);
        Assert.Single(scene.Diary.All<Connecting>());
        _simulation.Run(Minute);
        Assert.Equal(0, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void A_certificate_is_not_asked_for_twice_unless_somebody_says_so()
    {
        Scene scene = Begin(FailureClass.TlsCertificate, ReconnectOptions.Default);
        _simulation.RunUntil(() => scene.Ended, Minute);
        Assert.IsType<TlsCertificateException>(Assert.Single(scene.Diary.All<GaveUp>()).Cause);
        Assert.Single(scene.Diary.All<Connecting>());
    }

    // Also after those that are not tried again unless somebody says so.
    private static IReadOnlyDictionary<FailureClass, RetryPolicy> Retries { get; } =
        ReconnectOptions.Default.On.Keys.ToDictionary(failure => failure, _ => Steady);

    private static ReconnectOptions Only(FailureClass failure, RetryDirective directive) =>
        new()
        {
            Policy = Steady,
            On = new Dictionary<FailureClass, RetryPolicy> { [failure] = Steady with { Directive = directive } },
        };

    // What crashed a connector reaches a supervisor as it was thrown.
    private static FailureClass ClassOf(Exception reason) =>
        (reason as ReactorException ?? new LayerCrashedException(reason)).FailureClass;

    private static FailureClass Class(string name) => Scenes.Keys.Single(failure => failure.Name == name);

    private Scene Begin(FailureClass failure, ReconnectOptions reconnect, bool supervised = false)
    {
        Scene scene = new(_simulation);
        Scenes[failure](scene);
        scene.Start(reconnect, supervised);
        return scene;
    }

    /// <summary>As an application derives its own, with a class of its own.</summary>
    private sealed class NoPongException() : ReactorException("The peer has not answered a ping.")
    {
        public override FailureClass FailureClass => NoPong;
    }

    /// <summary>As an application derives its own.</summary>
    private sealed class OwnException() : ReactorException("A failure of the application's own.");

    /// <summary>Fails as the socket does below it, for an error that no simulated network has.</summary>
    private sealed class FailingLayer(IActorRef lower) : LayerActor(lower)
    {
        protected override void OnLowerConnected() =>
            Fail(CloseReason.Failed, new SocketFailureException(Connection.Remote, 5, "Input/output error"));
    }

    /// <summary>A client and who it has to do with.</summary>
    private sealed class Scene(Simulation simulation)
    {
        private IActorRef? _client;

        internal ClientDiary Diary { get; } = new(simulation);

        internal string EndPoint { get; set; } = $"tcp://{There}:{Port}";

        internal SimulatedFaults Faults { get; set; } = SimulatedFaults.None;

        internal ConnectOptions Connect { get; set; } =
            new()
            {
                DnsTimeout = TimeSpan.FromSeconds(2),
                ConnectTimeout = TimeSpan.FromSeconds(2),
                Tls = new TlsClientOptions("server.test") { HandshakeTimeout = TimeSpan.FromSeconds(2) },
            };

        /// <summary>The configuration of the client's system.</summary>
        internal string Settings { get; set; } = "";

        /// <summary>What its supervisor was told.</summary>
        internal List<Exception> Escalated { get; } = [];

        internal bool Ended { get; private set; }

        internal void Limit(Func<ConnectionOptions, ConnectionOptions> change) =>
            Connect = Connect with { Connection = change(Connect.Connection) };

        internal void ServeBytes(string scheme, Action<SimulatedPeer> accept)
        {
            EndPoint = $"{scheme}://{There}:{Port}";
            simulation.Listen(There, Port, accept);
        }

        internal void ServeProxy(string answer)
        {
            ServeBytes("tcp", peer => peer.OnReceived = _ => peer.Send(answer));
            EndPoint = "tcp://target.test:80";
            Connect = Connect with { Proxies = [new Proxy(ProxyKind.HttpConnect, There, Port)] };
        }

        internal void ServeTls(Action<TlsSecuredServer> secured, bool trusted = false)
        {
            EndPoint = $"tls://{There}:{Port}";
            ActorSystem server = simulation.CreateSystem("server", There);
            simulation.Bind(
                server,
                EndPoint,
                Props.Create(() => new TlsSecuredServer(secured)),
                new ListenerOptions { Tls = new TlsServerOptions(TlsSpec.MakeCertificate()) }
            );
            Connect = Connect with
            {
                Tls = new TlsClientOptions("server.test")
                {
                    Verify = trusted ? TlsVerification.NoneDangerous : TlsVerification.ChainAndName,
                },
            };
        }

        internal void Start(ReconnectOptions reconnect, bool supervised)
        {
            // A host that is there refuses; one that is not is silent.
            simulation.Network.Host(IPAddress.Parse(There));
            ActorSystem system = simulation.CreateSystem("client", Here, ConfigurationFactory.ParseString(Settings));
            simulation.Faults = Faults;
            ClientOptions options = new([EndPoint], Diary.Props) { Connect = Connect, Reconnect = reconnect };
            Action ended = () => Ended = true;
            IActorRef reaper = system.ActorOf(Props.Create(() => new Reaper(ended)));
            if (supervised)
            {
                Props client = system.Reactor().ClientProps(options);
                system.ActorOf(Props.Create(() => new Supervisor(client, reaper, Escalated)));
            }
            else
            {
                ClientStarted started = simulation.Await(() => system.Reactor().StartClient(options));
                _client = started.Client;
                reaper.Tell(started.Protocol);
            }
        }
    }

    private sealed class Supervisor : UntypedActor
    {
        private readonly List<Exception> _escalated;

        public Supervisor(Props client, IActorRef reaper, List<Exception> escalated)
        {
            _escalated = escalated;
            reaper.Tell(Context.ActorOf(client));
        }

        protected override SupervisorStrategy SupervisorStrategy() =>
            new OneForOneStrategy(cause =>
            {
                _escalated.Add(cause);
                return Directive.Stop;
            });

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class Reaper(Action ended) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is IActorRef watched)
            {
                Context.Watch(watched);
            }
            else if (message is Terminated)
            {
                ended();
            }
        }
    }

    private sealed class TlsSecuredServer(Action<TlsSecuredServer> secured) : ProtocolActor
    {
        /// <summary>Under TLS.</summary>
        internal IActorRef Lowest => Connection.Base!;

        protected override void OnConnected() => secured(this);

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class SilentResolver : INameResolver
    {
        public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
            new TaskCompletionSource<IReadOnlyList<IPAddress>>().Task;
    }
}
