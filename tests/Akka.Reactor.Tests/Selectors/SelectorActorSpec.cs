using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>A selector with sockets of the test's own, on a platform whose engines fail on demand.</summary>
public sealed class SelectorActorSpec : Akka.TestKit.Xunit2.TestKit
{
    private const string DispatcherId = "test-selector-loop";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly FailingPlatform _platform = new();
    private readonly ReactorLoop _loop;
    private readonly Selector _selector;
    private readonly IActorRef _actor;

    public SelectorActorSpec(ITestOutputHelper output)
        : base("", "selector-actor", output)
    {
        _loop = new ReactorLoop("test-selector", _platform.CreateWakeSignal(), TimeProvider.System, _ => { });
        LoopDispatcherConfigurator configurator = new(
            Sys.Dispatchers.Prerequisites,
            DispatcherId,
            _loop,
            throughput: 8,
            TimeSpan.FromSeconds(1)
        );
        Sys.Dispatchers.RegisterConfigurator(DispatcherId, configurator);
        Sys.RegisterOnTermination(_loop.Dispose);
        _selector = new Selector(0, DispatcherId, _loop, _platform);
        IActorRef supervisor = Sys.ActorOf(SelectorsSupervisor.Props([_selector]));
        AwaitWaiting();
        _actor = Sys.ActorSelection(supervisor.Path / "selector-0").ResolveOne(Patience).WaitAsync(Patience).Result;
    }

    [Fact]
    public void Is_told_watched_and_stopped_while_its_loop_waits()
    {
        _actor.Tell(new Identify(1), TestActor);
        Assert.Equal(_actor, ExpectMsg<ActorIdentity>(Patience).Subject);
        AwaitWaiting();
        Watch(_actor);
        AwaitWaiting();
        Sys.Stop(_actor);
        ExpectTerminated(_actor, Patience);
        Assert.Equal(_platform.Engines, _platform.Disposed);
    }

    [Fact]
    public void An_engine_that_fails_is_replaced_and_the_sockets_are_registered_with_the_fresh_one()
    {
        (TestSocket one, TestSocket other) = Pair();
        for (int round = 1; round <= 5; round++)
        {
            AwaitWaiting();
            _platform.FailNextWait = new InvalidOperationException($"engine {round} broke");
            On(() => { });
            int expected = round + 1;
            AwaitThat(() => _platform.Engines == expected && _platform.Disposed == round);
            On(() => Assert.Equal(2, _selector.Count));
            On(() => one.Send("x"u8));
            Assert.Equal("ready", other.Next());
        }
    }

    [Fact]
    public void A_kill_in_the_middle_of_a_batch_loses_no_readiness()
    {
        (TestSocket one, TestSocket other) = Pair();
        for (int round = 1; round <= 100; round++)
        {
            _actor.Tell(Kill.Instance);
            On(() => one.Send("x"u8));
            _actor.Tell(Kill.Instance);
            Assert.Equal("ready", other.Next());
        }
    }

    [Fact]
    public void A_socket_whose_handling_throws_fails_alone()
    {
        (TestSocket one, TestSocket other) = Pair();
        (TestSocket third, TestSocket fourth) = Pair();
        other.Throws = new InvalidOperationException("handling broke");
        On(() =>
        {
            one.Send("x"u8);
            third.Send("x"u8);
        });
        Assert.Same(other.Throws, other.Next());
        Assert.Equal("ready", fourth.Next());
        Assert.Equal(1, _platform.Engines);
    }

    [Fact]
    public void A_stop_fails_every_socket_with_a_typed_reason()
    {
        (TestSocket one, TestSocket other) = Pair();
        Watch(_actor);
        Sys.Stop(_actor);
        ExpectTerminated(_actor, Patience);
        SelectorStoppedException reason = Assert.IsType<SelectorStoppedException>(one.Next());
        Assert.Contains("selector-0", reason.Message, StringComparison.Ordinal);
        Assert.IsType<SelectorStoppedException>(other.Next());
    }

    [Fact]
    public void While_no_fresh_engine_is_to_be_had_the_sockets_are_kept_and_it_goes_on_trying()
    {
        (TestSocket one, TestSocket other) = Pair();
        _platform.Exhausted = true;
        EventFilter
            .Warning(contains: "Cannot create a new engine; 2 sockets are waiting, retrying every 100 ms")
            .ExpectOne(
                Patience,
                () =>
                {
                    _actor.Tell(Kill.Instance);
                    AwaitThat(() => _platform.Refused >= 4);

                    // A crash while there is none changes nothing.
                    _actor.Tell(Kill.Instance);
                    AwaitThat(() => _platform.Refused >= 8);
                }
            );
        On(() => Assert.Equal(2, _selector.Count));
        Assert.Empty(one.Told);
        EventFilter
            .Info(contains: "Created a new engine for 2 sockets")
            .ExpectOne(Patience, () => _platform.Exhausted = false);
        On(() => one.Send("x"u8));
        Assert.Equal("ready", other.Next());
        Assert.Equal(2, _platform.Engines);
    }

    [Fact]
    public void A_socket_that_comes_while_there_is_no_engine_is_watched_by_the_next_one()
    {
        _platform.Exhausted = true;
        _actor.Tell(Kill.Instance);
        AwaitThat(() => _platform.Refused >= 1);
        (TestSocket one, TestSocket other) = Pair();
        _platform.Exhausted = false;
        On(() => one.Send("x"u8));
        Assert.Equal("ready", other.Next());
    }

    [Fact]
    public void No_engine_at_the_very_start_is_final()
    {
        FailingPlatform platform = new() { Exhausted = true };
        using ReactorLoop loop = new("no-engine", platform.CreateWakeSignal(), TimeProvider.System, _ => { });
        LoopDispatcherConfigurator configurator = new(
            Sys.Dispatchers.Prerequisites,
            "no-engine-loop",
            loop,
            throughput: 8,
            TimeSpan.FromSeconds(1)
        );
        Sys.Dispatchers.RegisterConfigurator("no-engine-loop", configurator);
        Selector selector = new(0, "no-engine-loop", loop, platform);
        EventFilter
            .Exception<ActorInitializationException>()
            .ExpectOne(Patience, () => Sys.ActorOf(SelectorsSupervisor.Props([selector])));
        Assert.Equal(1, platform.Refused);
    }

    [Fact]
    public void Engines_that_fail_over_and_over_are_not_made_without_a_pause()
    {
        (TestSocket one, TestSocket other) = Pair();
        AwaitWaiting();
        _platform.FailWaits = new InvalidOperationException("nothing works");
        On(() => { });
        AwaitThat(() => _platform.Engines >= 4);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        int before = _platform.Engines;
        AwaitThat(() => _platform.Engines >= before + 2);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) > TimeSpan.FromMilliseconds(300));
        _platform.FailWaits = null;
        On(() => one.Send("x"u8));
        Assert.Equal("ready", other.Next());
    }

    [Fact]
    public void When_an_engine_will_not_let_a_socket_go_the_socket_is_gone_all_the_same_and_the_engine_is_replaced()
    {
        (TestSocket one, TestSocket other) = Pair();
        (TestSocket third, TestSocket fourth) = Pair();
        _platform.FailNextDeregister = new InvalidOperationException("will not let go");
        On(() =>
        {
            _selector.Remove(one);
            Assert.Null(one.Registration);
            Assert.Equal(-1, one.Index);
            Assert.Equal(3, _selector.Count);
        });
        AwaitThat(() => _platform.Engines == 2);
        On(() => third.Send("x"u8));
        Assert.Equal("ready", fourth.Next());
        Assert.Empty(other.Told);
    }

    [Fact]
    public void A_muted_socket_is_not_reported_until_it_wants_something_again()
    {
        (TestSocket one, TestSocket other) = Pair();
        On(() =>
        {
            _selector.Mute(other);
            one.Send("x"u8);
        });
        (TestSocket third, TestSocket fourth) = Pair();
        On(() => third.Send("x"u8));
        Assert.Equal("ready", fourth.Next());
        Assert.Empty(other.Told);
        On(other.WantNothing);
        On(other.WantToRead);
        Assert.Equal("ready", other.Next());
    }

    private (TestSocket One, TestSocket Other) Pair()
    {
        ISockets sockets = _platform.Sockets;
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        nint one = sockets.Connect((IPEndPoint)listener.LocalEndpoint);
        System.Net.Sockets.Socket accepted = listener.AcceptSocket();
        nint other = Polling.Descriptors.Duplicate((int)accepted.Handle);
        accepted.Blocking = false;
        accepted.Dispose();
        TestSocket first = new(_selector, one);
        TestSocket second = new(_selector, other);
        On(() =>
        {
            _selector.Add(first);
            _selector.Add(second);
            second.WantToRead();
        });
        return (first, second);
    }

    private void On(Action action)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Execute(
            new ActionRun(() =>
            {
                try
                {
                    action();
                    done.SetResult();
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            })
        );
        Assert.True(done.Task.WaitAsync(Patience).ContinueWith(_ => true, TaskScheduler.Default).Result);
        done.Task.GetAwaiter().GetResult();
    }

    private void AwaitWaiting() => AwaitThat(() => _platform.Waiting);

    private static void AwaitThat(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), "It did not happen in time.");

    private sealed class TestSocket(Selector selector, nint descriptor)
        : Selectable(selector, descriptor, SocketKind.Stream)
    {
        private bool _sending;

        internal BlockingCollection<object> Told { get; } = [];

        internal Exception? Throws { get; set; }

        internal object Next() =>
            Told.TryTake(out object? told, Patience)
                ? told
                : throw new TimeoutException("The socket was told nothing.");

        internal void WantToRead() => SetInterest(Interest.Read);

        internal void WantNothing() => SetInterest(Interest.None);

        internal void Send(ReadOnlySpan<byte> bytes)
        {
            // Between two engines there is none to send through; the bytes are what matters to these tests. An engine may
            // answer later, and takes nothing more until it has.
            if (Registration is { } registration && !_sending)
            {
                IoResult result = Selector.Engine!.Send(registration, bytes);
                _sending = result.IsPending;
                Assert.Equal(_sending ? 0 : bytes.Length, result.Count);
            }
            else
            {
                Selector.Loop.Execute(new ActionRun(() => Send("x"u8)));
            }
        }

        internal override void OnReady(Readiness readiness)
        {
            if (Throws is not null)
            {
                throw Throws;
            }

            if (_sending && (readiness & Readiness.Writable) != 0)
            {
                _sending = Selector.Engine!.Send(Registration!, "x"u8).IsPending;
            }

            if ((readiness & Readiness.Readable) != 0)
            {
                Selector.Engine!.Receive(Registration!, new byte[100]);
                Told.Add("ready");
            }
        }

        internal override void OnFault(Exception cause)
        {
            Selector.Remove(this);
            Selector.Sockets.Close(Descriptor);
            Told.Add(cause);
        }
    }
}
