using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A client in the moments between two messages: with one message per mailbox run, each of them is one.</summary>
public sealed class ClientInterleavingsSpec() : ClientFixture(OneByOne)
{
    private const string OneByOne = "akka.reactor { throughput = 1, selectors = 1 }";

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void What_a_protocol_writes_while_its_client_is_closed_is_answered(int queue)
    {
        Start(options => options with { OfflineQueue = queue });
        _simulation.RunUntil(() => _diary.All<Disconnected>().Length > 0, Minute);
        _client.Tell(new Close());
        _protocol.Tell((Action<ClientDiary.Client>)(protocol => protocol.Send("x", ack: "ack")));
        RunUntilEnded();
        _simulation.RunUntilQuiet();
        Assert.IsType<NotConnectedException>(Assert.Single(_diary.All<WriteFailed>()).Cause);
    }

    [Fact]
    public void What_a_protocol_writes_when_it_hears_that_its_client_gave_up_is_answered()
    {
        _diary.OnGaveUp = protocol => protocol.Send("x", ack: "ack");
        Start(options => options with { Reconnect = Within(attempts: 1) });
        RunUntilEnded();
        _simulation.RunUntilQuiet();
        Assert.IsType<NotConnectedException>(Assert.Single(_diary.All<WriteFailed>()).Cause);
    }

    [Fact]
    public void To_reconnect_is_no_failure_and_makes_no_later_wait_longer()
    {
        _simulation.Listen(There, Port);
        Start(options =>
            options with
            {
                Reconnect = new ReconnectOptions
                {
                    Policy = new RetryPolicy { MinBackoff = Second, Jitter = 0 },
                },
            }
        );
        ReconnectAndLose();
        Assert.Equal(Second, _diary.All<Disconnected>()[^1].RetryIn);
    }

    [Fact]
    public void To_reconnect_is_none_of_the_failures_after_which_it_gives_up()
    {
        _simulation.Listen(There, Port);
        Start(options => options with { Reconnect = Within(attempts: 2) });
        ReconnectAndLose();
        _simulation.Run(5 * Second);
        Assert.Empty(_diary.All<GaveUp>());
        Assert.Equal(3, Connections);
    }

    [Fact]
    public void It_never_says_that_it_is_connected_and_why_it_is_not()
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port);

        // The connector's end takes time: it waits for its layer, which waits for its descendants.
        Layer settling = new("settling", lower => Props.Create(() => new SettlingLayer(lower)));
        Start(options => options with { Connect = new ConnectOptions { Layers = [settling] } });
        _simulation.RunUntil(() => Connections == 1, Minute);
        _simulation.RunUntilQuiet();
        List<object> told = [];
        IActorRef asker = _system.ActorOf(Props.Create(() => new Listing(told)));
        server.Peers[0].Reset();
        _simulation.RunUntil(() => _diary.All<Closed>().Length > 0, Minute);
        _simulation.RunUntil(
            () =>
            {
                _client.Tell(new GetStatus(), asker);
                return told.OfType<ClientStatus>().Any(status => status.State == ClientState.Waiting);
            },
            Second
        );
        Assert.DoesNotContain(
            told.OfType<ClientStatus>(),
            status => status.State == ClientState.Connected && status.LastFailure is not null
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whoever_writes_while_the_protocol_stops_is_answered(bool layered)
    {
        _simulation.Listen(There, Port);
        Start(options => options with { Connect = Layered(layered) });
        IActorRef offline = ActorRefs.Nobody;
        Do(protocol => offline = protocol.Top);
        _simulation.RunUntil(() => Connections == 1, Minute);
        _simulation.RunUntilQuiet();
        List<object> told = [];
        IActorRef client = _client;
        Props props = Props.Create(() => new SteadyWriter(client, offline, told));
        IActorRef writer = _system.ActorOf(props.WithDispatcher("akka.reactor.loop-0"));
        _protocol.Tell((Action<ClientDiary.Client>)(protocol => protocol.StopSelf()));
        writer.Tell(1);
        _simulation.Run(Second);
        object[] answers = [.. told.Select(what => what is WriteFailed failed ? ((Write)failed.Write).Ack! : what)];
        Assert.Equal(
            told.OfType<Write>().Select(write => (string)write.Ack!).Order(StringComparer.Ordinal),
            answers.OfType<string>().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_write_refused_while_a_protocol_asks_whether_it_may_go_on_is_answered_though_it_fails()
    {
        // One of these is in the middle between Writable and the answer to it.
        List<string> unanswered = [];
        for (int ticks = 400; ticks < 700; ticks++)
        {
            using FailingWriter scene = new(ticks);
            unanswered.AddRange(scene.Play().Select(name => $"{name} of {ticks}"));
        }

        Assert.Empty(unanswered);
    }

    [Fact]
    public void A_hand_over_to_a_protocol_that_has_failed_since_is_not_taken_for_the_next_one()
    {
        List<string> stuck = [];
        for (int hops = 8; hops < 16; hops++)
        {
            for (int ticks = 6; ticks < 20; ticks++)
            {
                using FailingTaker scene = new(hops, ticks);
                if (scene.Play() is { } story)
                {
                    stuck.Add($"{hops} hops, {ticks} ticks: {story}");
                }
            }
        }

        Assert.Empty(stuck);
    }

    private static ReconnectOptions Within(int attempts) =>
        EverySecond with
        {
            Policy = EverySecond.Policy with { Attempts = attempts },
        };

    private static ConnectOptions Layered(bool layered) =>
        new() { Layers = layered ? [new Layer("pass", lower => Props.Create<PassThrough>(lower))] : [] };

    private void ReconnectAndLose()
    {
        _simulation.RunUntil(() => Connections == 1, Minute);
        _client.Tell(new Reconnect());
        _simulation.RunUntil(() => Connections == 2, Minute);
        Do(protocol => protocol.End());
        _simulation.RunUntil(() => _diary.All<Disconnected>().Length + _diary.All<GaveUp>().Length == 2, Minute);
    }

    /// <summary>A protocol that writes more than there is room for, so many times, and then fails.</summary>
    private sealed class FailingWriter(int ticks) : ClientFixture(OneByOne)
    {
        private int _written;

        /// <summary>Returns the writes that have no answer, or more than one.</summary>
        internal string[] Play()
        {
            _simulation.Listen(There, Port);
            ConnectionOptions narrow = ConnectionOptions.Default with
            {
                WriteQueueLimit = 1000,
                HighWater = 500,
                LowWater = 100,
            };
            Start(options => options with { Connect = Layered(true) with { Connection = narrow } });
            _simulation.RunUntil(() => Connections == 1, Minute);
            _simulation.RunUntilQuiet();
            Tick(ticks);
            _simulation.Run(5 * Second);
            ILookup<string, object> answers = _diary
                .All<object>()
                .Where(what => what is string or WriteFailed)
                .ToLookup(
                    what => what as string ?? (string)((Write)((WriteFailed)what).Write).Ack!,
                    StringComparer.Ordinal
                );
            return
            [
                .. Enumerable
                    .Range(1, _written)
                    .Select(number => $"write {number}")
                    .Where(name => answers[name].Count() != 1),
            ];
        }

        private void Tick(int left) =>
            _protocol.Tell(
                (Action<ClientDiary.Client>)(
                    protocol =>
                    {
                        protocol.Send(new string('x', _written == 0 ? 800 : 10), ack: $"write {++_written}");
                        if (left == 0)
                        {
                            throw new InvalidOperationException("on request");
                        }

                        Tick(left - 1);
                    }
                )
            );
    }

    /// <summary>A protocol that fails once, so many messages after there is a connection; and connections that end by themselves.</summary>
    private sealed class FailingTaker(int hops, int ticks) : ClientFixture("akka.reactor.throughput = 8")
    {
        private bool _began;
        private bool _lasts;

        /// <summary>Returns its story where it does not connect any more.</summary>
        internal string? Play()
        {
            _simulation.Listen(There, Port);
            Func<int> life = () => _lasts ? -1 : hops;
            Action there = Begin;
            Layer brittle = new("brittle", lower => Props.Create(() => new Brittle(lower, life(), there)));
            Start(options => options with { Connect = new ConnectOptions { Layers = [brittle] } });
            _simulation.Run(10 * Second);
            _lasts = true;
            _client.Tell(new Reconnect());
            _simulation.Run(Minute);
            Do(protocol => protocol.Send("x", ack: "acknowledged"));
            _simulation.Run(Second);
            return _diary.All<string>() is ["acknowledged"] ? null : $"{Status().State} {_diary.Story}";
        }

        private void Begin()
        {
            if (!_began)
            {
                _began = true;
                Tick(ticks);
            }
        }

        private void Tick(int left) =>
            _protocol.Tell(
                (Action<ClientDiary.Client>)(
                    _ =>
                    {
                        if (left == 0)
                        {
                            throw new InvalidOperationException("on request");
                        }

                        Tick(left - 1);
                    }
                )
            );
    }

    private sealed class PassThrough(IActorRef lower) : LayerActor(lower);

    /// <summary>Fails so many messages after it was there; never where that is negative.</summary>
    private sealed class Brittle(IActorRef lower, int life, Action there) : LayerActor(lower)
    {
        protected override void OnLowerConnected()
        {
            Established();
            there();
            Hop(life);
        }

        protected override void OnMessage(object message)
        {
            if (message is int left)
            {
                Hop(left);
            }
            else
            {
                base.OnMessage(message);
            }
        }

        private void Hop(int left)
        {
            if (left > 0)
            {
                Self.Tell(left - 1);
            }
            else if (left == 0)
            {
                Fail(CloseReason.Failed, new PeerViolationException("brittle"));
            }
        }
    }

    /// <summary>A layer that has descendants.</summary>
    private sealed class SettlingLayer(IActorRef lower) : LayerActor(lower)
    {
        protected override void OnLowerConnected()
        {
            Context.ActorOf(Props.Create(() => new ClientDiary.Ancestor(3)));
            base.OnLowerConnected();
        }
    }

    /// <summary>Writes, and writes again, until the client has ended; keeps what it is told.</summary>
    private sealed class SteadyWriter : UntypedActor
    {
        private readonly IActorRef _transport;
        private readonly List<object> _told;
        private bool _ended;

        public SteadyWriter(IActorRef client, IActorRef transport, List<object> told)
        {
            _transport = transport;
            _told = told;
            Context.Watch(client);
        }

        protected override void OnReceive(object message)
        {
            _ended |= message is Terminated;
            if (message is not int number)
            {
                _told.Add(message);
            }
            else if (!_ended)
            {
                Write write = new(new byte[1], $"write {number}");
                _told.Add(write);
                _transport.Tell(write, Self);
                Self.Tell(number + 1);
            }
        }
    }
}
