using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>How a client and its connections end: each once, whoever wants it and however often, and with every write answered.</summary>
public sealed class ClientEndsSpec : ClientFixture
{
    private static readonly RetryPolicy Steady = EverySecond.Policy;

    [Fact]
    public void To_reconnect_is_no_failure_and_is_not_escalated()
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        Start(options =>
            options with
            {
                Reconnect = EverySecond with { Policy = Steady with { Directive = RetryDirective.Escalate } },
            }
        );
        _simulation.RunUntil(() => Connections == 1, Minute);
        _client.Tell(new Reconnect());
        _simulation.Run(5 * Second);
        Assert.Equal(2, Connections);
        Assert.Equal(1, _diary.Instances);

        // What it was not told to do is one.
        server.Peers[1].Reset();
        RunUntilEnded();
        Assert.Equal(2, Connections);
    }

    [Fact]
    public void After_it_gave_up_it_is_not_to_be_persuaded()
    {
        SimulatedPeerListener? server = null;
        _diary.OnGaveUp = protocol =>
        {
            server = _simulation.Listen(There, Port);

            // The client must be there still when it hears this.
            protocol.Settle();
            protocol.Parent.Tell(new Reconnect());
        };
        Start(options => options with { Reconnect = EverySecond with { Policy = Steady with { Attempts = 2 } } });
        RunUntilEnded();
        _simulation.Run(Minute);
        Assert.Empty(server!.Peers);
        Assert.Equal("connecting-1 disconnected connecting-2 gave-up", _diary.Story);
    }

    [Fact]
    public void To_reconnect_counts_while_an_attempt_that_has_failed_comes_to_its_end()
    {
        // The layer stops when the connector has failed, and before the client hears that nothing is left of it.
        _simulation.Listen(There, Port);
        int ended = 0;
        Action once = () =>
        {
            if (ended++ == 0)
            {
                _client.Tell(new Reconnect());
            }
        };
        Layer fails = new("fails", lower => Props.Create(() => new FailingLayer(lower, once)));
        Start(options =>
            options with
            {
                Connect = new ConnectOptions { Layers = [fails] },
                Reconnect = Every(Minute),
            }
        );
        _simulation.Run(Second);
        Assert.Equal("connecting-1 disconnected connecting-2 disconnected", _diary.Story);
        Assert.Equal([TimeSpan.Zero, Minute], _diary.All<Disconnected>().Select(lost => lost.RetryIn!.Value));
    }

    [Fact]
    public void Who_is_disconnected_is_not_disconnected_again()
    {
        Start();
        _simulation.RunUntil(() => _diary.All<Disconnected>().Length > 0, Minute);
        _client.Tell(new Disconnect());
        _client.Tell(new Disconnect());
        _client.Tell(new Disconnect());
        _simulation.Run(Second);
        Assert.Equal("connecting-1 disconnected disconnected-for-good", _diary.Story);
    }

    [Fact]
    public void A_protocol_that_disconnects_whenever_it_is_disconnected_comes_to_rest()
    {
        _diary.OnDisconnected = protocol =>
        {
            // Not for ever, so that this test can fail.
            if (_diary.All<Disconnected>().Length < 1_000)
            {
                protocol.Parent.Tell(new Disconnect());
            }
        };
        Start();
        _simulation.Run(Second);
        Assert.Equal("connecting-1 disconnected disconnected-for-good", _diary.Story);
    }

    [Fact]
    public void A_connection_is_drained_once_however_often_it_is_to_end()
    {
        _simulation.Listen(There, Port);
        _diary.OnDraining = _ => { };
        Start();
        _simulation.RunUntil(() => Connections == 1, Minute);
        _client.Tell(new Reconnect());
        _client.Tell(new Reconnect());
        _client.Tell(new Close());
        _simulation.Run(Second);
        Assert.Equal("connecting-1 connected draining", _diary.Story);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_protocol_that_writes_closes_and_stops_loses_nothing(bool secure)
    {
        Witness server = Serve(secure);
        _diary.OnConnected = protocol =>
        {
            protocol.Send(new string('x', 900_000));
            protocol.End();
            protocol.StopSelf();
        };
        Start(options =>
            To(options, secure) with
            {
                Reconnect = EverySecond with { Policy = Steady with { Directive = RetryDirective.Stop } },
            }
        );
        _simulation.Run(Minute);
        Assert.Equal(900_000, server.Received.Length);
    }

    [Theory]
    [InlineData("close", 0)]
    [InlineData("abort", 0)]
    [InlineData("disconnect", 0)]
    [InlineData("reconnect", 0)]
    [InlineData("reject", 1)]
    [InlineData("peer finishes", 1)]
    [InlineData("peer resets", 1)]
    public void An_end_that_was_asked_for_is_reported_and_any_other_is_thrown(string end, int failures)
    {
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        Start();
        _simulation.RunUntil(() => Connections == 1, Minute);
        HashSet<ReactorException> thrown = [];
        int thread = Environment.CurrentManagedThreadId;
        EventHandler<FirstChanceExceptionEventArgs> note = (_, args) =>
        {
            // Of the simulation, which runs on one thread.
            if (Environment.CurrentManagedThreadId == thread && args.Exception is ReactorException reason)
            {
                thrown.Add(reason);
            }
        };
        AppDomain.CurrentDomain.FirstChanceException += note;
        try
        {
            switch (end)
            {
                case "peer finishes":
                    server.Peers[0].Finish();
                    break;
                case "peer resets":
                    server.Peers[0].Reset();
                    break;
                case "reject":
                    Do(protocol => protocol.Reject(new PeerViolationException("on request")));
                    break;
                case "reconnect":
                    _client.Tell(new Reconnect());
                    break;
                default:
                    Do(protocol => EndConnection(protocol, end));
                    break;
            }

            _simulation.RunUntil(() => _diary.All<Disconnected>().Length == 1, Minute);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= note;
        }

        Assert.Equal(failures, thrown.Count);
        if (failures > 0)
        {
            Assert.Same(_diary.All<Disconnected>()[0].Cause, thrown.Single());
        }
    }

    [Theory]
    [InlineData("crash later", false)]
    [InlineData("crash later", true)]
    [InlineData("crash", false)]
    [InlineData("crash", true)]
    [InlineData("close", true)]
    [InlineData("abort", true)]
    [InlineData("disconnect", true)]
    public void A_write_before_the_end_of_a_connection_is_answered_once(string end, bool secure)
    {
        Serve(secure);
        Start(options => To(options, secure));
        IActorRef offline = ActorRefs.Nobody;
        _protocol.Tell((Action<ClientDiary.Client>)(protocol => offline = protocol.Top));
        _simulation.RunUntil(() => Connections == 1, Minute);
        _simulation.Run(0.1 * Second);

        // One of the protocol's, and one of somebody who has kept the transport it had before the connection.
        List<object> told = [];
        IActorRef writer = _system.ActorOf(Props.Create(() => new Listing(told)));
        offline.Tell(new Write(new byte[10], "others"), writer);
        _protocol.Tell(
            (Action<ClientDiary.Client>)(
                protocol =>
                {
                    protocol.Send("mine", "mine");
                    EndConnection(protocol, end);
                }
            )
        );
        _simulation.Run(Minute);
        Assert.Equal(["mine"], AnswersAmong(_diary.All<object>()));
        Assert.Equal(["others"], AnswersAmong(told));
    }

    private void EndConnection(ClientDiary.Client protocol, string how)
    {
        switch (how)
        {
            case "crash later":
                _protocol.Tell((Action<ClientDiary.Client>)(_ => throw new InvalidOperationException("on request")));
                break;
            case "crash":
                throw new InvalidOperationException("on request");
            case "close":
                protocol.End();
                break;
            case "abort":
                protocol.Reset();
                break;
            case "disconnect":
                protocol.Parent.Tell(new Disconnect());
                break;
        }
    }

    /// <summary>Which writes were answered, as often as they were.</summary>
    private static string[] AnswersAmong(IEnumerable<object> told) =>
        [
            .. told.Select(answer => answer is WriteFailed failure ? ((Write)failure.Write).Ack : answer)
                .OfType<string>(),
        ];

    private static ClientOptions To(ClientOptions options, bool secure) =>
        options with
        {
            EndPoints = [EndPoint(secure)],
            Connect = new ConnectOptions
            {
                Tls = new TlsClientOptions("server.test") { Verify = TlsVerification.NoneDangerous },
            },
        };

    private static string EndPoint(bool secure) => $"{(secure ? "tls" : "tcp")}://{There}:{Port}";

    private Witness Serve(bool secure)
    {
        Witness server = new(_simulation);
        ListenerOptions options = new() { Tls = secure ? new TlsServerOptions(TlsSpec.MakeCertificate()) : null };
        _simulation.Bind(_simulation.CreateSystem("server", There), EndPoint(secure), server.Props, options);
        return server;
    }

    private sealed class FailingLayer(IActorRef lower, Action stopped) : LayerActor(lower)
    {
        protected override void OnLowerConnected() =>
            Fail(CloseReason.Failed, new PeerViolationException("on request"));

        protected override void PostStop() => stopped();
    }
}
