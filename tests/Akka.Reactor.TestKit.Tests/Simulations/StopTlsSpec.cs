using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>TLS is removed and the connection kept, as after FTP's CCC (RFC 4217): in both roles, whatever the network does to the bytes.</summary>
public sealed class StopTlsSpec
{
    private const string Server = "10.0.0.1";
    private const string Client = "10.0.0.2";
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());
    private static readonly TlsClientOptions ClientTls = new("server.test") { Verify = TlsVerification.NoneDangerous };

    public static TheoryData<string, EngineStyle> Cases
    {
        get
        {
            TheoryData<string, EngineStyle> cases = [];
            foreach (string stack in (string[])["tls", "pass tls", "tls pass"])
            {
                cases.Add(stack, EngineStyle.Readiness);
                cases.Add(stack, EngineStyle.Completion);
            }

            return cases;
        }
    }

    // The server agrees and stops; the client stops when it has heard so. Both go on in the clear, and the bytes of all kinds come in pieces
    // of every size, so that every border lies in a segment and between two.
    [Theory]
    [MemberData(nameof(Cases))]
    public void After_an_agreement_both_go_on_in_the_clear(string stack, EngineStyle style)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            using Simulation simulation = Make(seed, style, segment: 1 + (seed * 7 % 120));
            Talker server = new()
            {
                OnLine = (talk, line) =>
                {
                    talk.Say(line == "CCC" ? "200" : $"{line} {talk.How}");
                    if (line == "CCC")
                    {
                        talk.StopTls();
                        talk.Say("at once");
                    }
                },
                OnStopped = talk => talk.Say("server, without TLS"),
            };
            Talker client = new()
            {
                OnBegin = talk => talk.Say("CCC"),
                OnLine = (talk, line) =>
                {
                    if (line == "200")
                    {
                        talk.StopTls();
                        talk.Say("first");
                    }
                },
                OnStopped = talk => talk.Say("second"),
            };
            Connect(simulation, stack, server, client);
            simulation.RunUntil(() => client.Lines.Count == 5, Most);
            Assert.Equal(["CCC", "first", "second"], server.Lines, StringComparer.Ordinal);
            Assert.Equal(["200", "at once"], client.Lines.Take(2), StringComparer.Ordinal);
            Assert.Equal(
                ["first clear", "second clear"],
                client.Lines.Where(line => line.EndsWith("clear", Ordinal)),
                StringComparer.Ordinal
            );
            Assert.Single(client.Lines, line => line.StartsWith("server", Ordinal));
            client.Say("bye");
            client.End();
            simulation.RunUntil(() => server.Ended is not null && client.Ended is not null, Most);
            Assert.Equal(CloseReason.Requested, server.Ended);
            Assert.Equal("bye", server.Lines[^1]);
            Assert.Equal(0, simulation.OpenSockets(Client));
        }
    }

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Much_that_is_written_before_and_after_arrives_in_order(EngineStyle style)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using Simulation simulation = Make(seed, style, segment: 300);
            string[] before = [.. Enumerable.Range(0, 300).Select(i => $"secret {i} {new string('s', 200)}")];
            string[] after = [.. Enumerable.Range(0, 300).Select(i => $"clear {i} {new string('c', 200)}")];
            Talker server = new()
            {
                OnBegin = talk =>
                {
                    Array.ForEach(before, talk.Say);
                    talk.StopTls();
                    Array.ForEach(after, talk.Say);
                },
            };
            Talker client = new() { OnLine = (talk, line) => talk.StopTlsAt(line, before[^1]) };
            Connect(simulation, "tls", server, client);
            simulation.RunUntil(() => client.Lines.Count == before.Length + after.Length, Most);
            Assert.Equal(before.Concat(after), client.Lines, StringComparer.Ordinal);
        }
    }

    [Fact]
    public void A_peer_that_stops_first_is_answered_from_OnPeerFinished_and_what_it_sends_behind_is_not_lost()
    {
        using Simulation simulation = Make(1, EngineStyle.Readiness, segment: 1400);
        Talker server = new()
        {
            OnPeerEnd = talk => talk.StopTls(),
            OnLine = (talk, line) => talk.Say($"{line} {talk.How}"),
        };
        Talker client = new()
        {
            OnBegin = talk =>
            {
                talk.StopTls();
                talk.Say("one");
            },
        };
        Connect(simulation, "tls", server, client);
        simulation.RunUntil(() => client.Lines.Count == 1, Most);
        Assert.Equal(["one clear"], client.Lines);
    }

    [Fact]
    public void TLS_can_be_started_again()
    {
        using Simulation simulation = Make(2, EngineStyle.Readiness, segment: 1400);
        Talker server = new()
        {
            OnLine = (talk, line) =>
            {
                talk.Say($"{line} {talk.How}");
                switch (line)
                {
                    case "stop":
                        talk.StopTls();
                        break;
                    case "start":
                        talk.StartTls();
                        break;
                }
            },
        };
        Talker client = new()
        {
            OnBegin = talk => talk.Say("stop"),
            OnStopped = talk => talk.Say("start"),
            OnLine = (talk, line) =>
            {
                switch (line)
                {
                    case "stop secure":
                        talk.StopTls();
                        break;
                    case "start clear":
                        talk.StartTls();
                        talk.Say("again");
                        break;
                }
            },
        };
        Connect(simulation, "tls", server, client);
        simulation.RunUntil(() => client.Lines.Count == 3, Most);
        Assert.Equal(["stop secure", "start clear", "again secure"], client.Lines);
    }

    [Fact]
    public void A_peer_that_does_not_answer_is_left_after_linger_timeout()
    {
        using Simulation simulation = Make(3, EngineStyle.Readiness, segment: 1400);
        Talker server = new() { OnBegin = talk => talk.StopTls() };
        Talker client = new() { OnPeerEnd = _ => { } };
        Connect(simulation, "tls", server, client);
        simulation.RunUntil(() => server.Ended is not null, Most);
        Assert.Equal(CloseReason.TimedOut, server.Ended);
        Assert.IsType<TlsStopTimeoutException>(server.Cause);
        Assert.InRange(simulation.Now, 5 * Second, 10 * Second);
    }

    [Fact]
    public void Where_it_is_not_possible_it_says_why()
    {
        using Simulation simulation = Make(4, EngineStyle.Readiness, segment: 1400);
        List<string> problems = [];
        Talker server = new()
        {
            OnBegin = talk =>
            {
                talk.StopTls();
                problems.Add(Assert.Throws<InvalidOperationException>(talk.StopTls).Message);
            },
            OnStopped = talk => problems.Add(Assert.Throws<InvalidOperationException>(talk.StopTls).Message),
        };
        Talker client = new() { OnPeerEnd = talk => talk.StopTls() };
        Connect(simulation, "tls", server, client);
        simulation.RunUntil(() => problems.Count == 2, Most);
        Assert.Equal(
            [
                "StopTls was already called, and the peer has not answered yet.",
                "StopTls was called although TLS is not on.",
            ],
            problems
        );
    }

    [Fact]
    public void The_memory_of_TLS_is_not_counted_any_more()
    {
        using Simulation simulation = Make(5, EngineStyle.Readiness, segment: 1400);
        Talker server = new() { OnBegin = talk => talk.StopTls() };
        Talker client = new() { OnPeerEnd = talk => talk.StopTls() };
        ActorSystem system = Connect(simulation, "tls", server, client);
        simulation.RunUntil(() => server.IsStopped && client.IsStopped, Most);
        simulation.Run(Second);
        Assert.InRange(system.Reactor().Budget.Exact, 0, 1000);
    }

    private static Simulation Make(int seed, EngineStyle style, int segment) =>
        new(
            seed,
            new SimulationOptions
            {
                Engine = style,
                Faults = SimulatedFaults.Harmless with { EngineFailure = 0 },
                Conditions = new NetworkConditions
                {
                    SendBuffer = 3000,
                    ReceiveBuffer = 3000,
                    SegmentSize = segment,
                },
            }
        );

    // Returns the server's system.
    private static ActorSystem Connect(Simulation simulation, string stack, Talker server, Talker client)
    {
        ActorSystem system = simulation.CreateSystem("server", Server);
        ActorSystem other = simulation.CreateSystem("client", Client);
        ListenerOptions options = new() { Tls = ServerTls, Layers = Layers(stack, Tls.ServerLayer(ServerTls)) };
        simulation.Bind(system, $"tcp://{Server}:21", server.Props, options);
        ConnectOptions connect = new() { Tls = ClientTls, Layers = Layers(stack, Tls.ClientLayer(ClientTls)) };
        simulation.Await(() => other.Reactor().Connect($"tcp://{Server}:21", client.Props, connect));
        return system;
    }

    private static List<Layer> Layers(string stack, Layer tls) =>
        [
            .. stack
                .Split(' ')
                .Select(name => name == "tls" ? tls : new Layer(name, lower => Props.Create(() => new Pass(lower)))),
        ];

    /// <summary>What one side does and has seen.</summary>
    private sealed class Talker
    {
        private Protocol? _protocol;

        internal Action<Talker> OnBegin { get; init; } = _ => { };

        internal Action<Talker, string> OnLine { get; init; } = (_, _) => { };

        internal Action<Talker> OnStopped { get; init; } = _ => { };

        internal Action<Talker> OnPeerEnd { get; init; } = talk => talk.End();

        internal List<string> Lines { get; } = [];

        internal bool IsStopped { get; private set; }

        internal CloseReason? Ended { get; private set; }

        internal Exception? Cause { get; private set; }

        internal string How => _protocol!.IsSecure ? "secure" : "clear";

        internal Props Props => Props.Create(() => new Protocol(this));

        internal void Say(string line) => _protocol!.Say(line);

        internal void StopTls() => _protocol!.Stop();

        internal void StopTlsAt(string line, string which)
        {
            if (line == which)
            {
                StopTls();
            }
        }

        internal void StartTls() => _protocol!.Start();

        internal void End() => _protocol!.End();

        private sealed class Protocol(Talker talker) : LineProtocol
        {
            internal bool IsSecure => Connection.Tls is not null;

            internal void Say(string line) => Write(Encoding.ASCII.GetBytes(line + "\n"));

            internal void Stop() => StopTls();

            internal void Start() => StartTls();

            internal void End() => Close();

            protected override void OnConnected()
            {
                talker._protocol = this;
                Assert.NotNull(Connection.Tls);
                talker.OnBegin(talker);
            }

            protected override void OnLine(ReadOnlySequence<byte> line)
            {
                string text = Encoding.ASCII.GetString(line);
                talker.Lines.Add(text);
                talker.OnLine(talker, text);
            }

            protected override void OnTlsStopped()
            {
                Assert.Null(Connection.Tls);
                talker.IsStopped = true;
                talker.OnStopped(talker);
            }

            protected override void OnPeerFinished() => talker.OnPeerEnd(talker);

            protected override void OnClosed(Closed closed)
            {
                talker.Ended = closed.Reason;
                talker.Cause = closed.Cause;
            }
        }
    }

    private sealed class Pass(IActorRef lower) : LayerActor(lower);
}
