using System;
using System.Diagnostics;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The timeouts of connections on virtual time: when they are due, and not before.</summary>
public sealed class TimeoutsSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    // The kernel takes at once what the peer takes little by little.
    private static readonly SimulationOptions RoomyKernel = new()
    {
        Conditions = new NetworkConditions { SendBuffer = 100_000, ReceiveBuffer = 2_000 },
    };

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;

    public TimeoutsSpec()
    {
        _system = _simulation.CreateSystem("server", Here);
    }

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void An_idle_connection_ends_when_its_time_is_over(EngineStyle style)
    {
        using Simulation simulation = new(1, new SimulationOptions { Engine = style });
        ActorSystem system = simulation.CreateSystem("idle", Here);
        Witness witness = new(simulation);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:7000", witness.Props, Idle(TimeSpan.FromMinutes(5)));
        SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
        simulation.Run(TimeSpan.FromMinutes(4));
        peer.Send("x");
        simulation.Run(TimeSpan.FromMinutes(4));
        Assert.Empty(witness.Ends);
        simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromMinutes(2));
        (CloseReason reason, Exception? exception, TimeSpan at) = Assert.Single(witness.Ends);
        Assert.Equal(CloseReason.TimedOut, reason);
        Assert.IsType<IdleTimeoutException>(exception);
        AssertAt(TimeSpan.FromMinutes(9) + Millisecond, at);
        simulation.RunUntilQuiet();
        Assert.True(peer.WasReset);
    }

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_request_that_is_worked_on_does_not_make_its_peer_idle(EngineStyle style)
    {
        using Simulation simulation = new(1, new SimulationOptions { Engine = style });
        ActorSystem system = simulation.CreateSystem("busy", Here);
        IActorRef? transport = null;
        Witness witness = new(simulation)
        {
            OnConnected = protocol => (transport = protocol.Lowest()).Tell(new SuspendReading()),
        };
        Bound bound = simulation.Bind(system, $"tcp://{Here}:7000", witness.Props, Idle(TimeSpan.FromMinutes(5)));
        simulation.Connect(There, bound.LocalEndPoint).Send("a request that takes an hour");
        simulation.Run(TimeSpan.FromHours(1));
        Assert.Empty(witness.Ends);

        // From here on the peer has its whole time again.
        TimeSpan resumed = simulation.Now;
        transport!.Tell(new ResumeReading());
        simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromHours(1));
        Assert.InRange(witness.Ends[0].At - resumed, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.1));
        Assert.IsType<IdleTimeoutException>(witness.Ends[0].Exception);
    }

    [Fact]
    public void A_peer_that_takes_nothing_is_given_up_when_the_write_stalls()
    {
        Witness witness = new(_simulation) { OnConnected = protocol => protocol.Write(new string('x', 200_000)) };
        ListenerOptions options = new()
        {
            Connection = new ConnectionOptions { WriteStallTimeout = TimeSpan.FromSeconds(42) },
        };
        Bound bound = _simulation.Bind(_system, $"tcp://{Here}:7000", witness.Props, options);
        NeverReadingPeer peer = new(_simulation, There, bound.LocalEndPoint);
        _simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromMinutes(2));
        (CloseReason reason, Exception? exception, TimeSpan at) = witness.Ends[0];
        Assert.Equal(CloseReason.TimedOut, reason);
        Assert.IsType<WriteStallTimeoutException>(exception);
        AssertAt(witness.ConnectedAt + TimeSpan.FromSeconds(42), at);
        Assert.Equal(0, peer.Peer.Received.Length);
    }

    [Fact]
    public void A_close_lingers_for_the_peers_FIN_and_no_longer()
    {
        Witness witness = new(_simulation) { OnConnected = protocol => protocol.Close() };
        Bound bound = _simulation.Bind(_system, $"tcp://{Here}:7000", witness.Props);
        SilentPeer silent = new(_simulation, There, bound.LocalEndPoint);
        _simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromMinutes(2));
        (CloseReason reason, _, TimeSpan at) = witness.Ends[0];
        Assert.Equal(CloseReason.Requested, reason);
        AssertAt(witness.ConnectedAt + ConnectionOptions.Default.LingerTimeout, at);
        Assert.True(silent.Peer.OtherFinished);
    }

    private static (Witness Witness, Bound Bound) CloseBehindWhatTheKernelTakes(Simulation simulation)
    {
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation)
        {
            OnConnected = protocol =>
            {
                protocol.Write(new string('x', 60_000));
                protocol.Close();
            },
        };
        return (witness, simulation.Bind(system, $"tcp://{Here}:7000", witness.Props));
    }

    [Fact]
    public void A_close_waits_while_the_peer_still_takes_what_the_kernel_has_for_it()
    {
        using Simulation simulation = new(1, RoomyKernel);
        (Witness witness, Bound bound) = CloseBehindWhatTheKernelTakes(simulation);
        SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
        peer.ReadSlowly(1_000, TimeSpan.FromSeconds(1));
        for (int i = 0; i < 70; i++)
        {
            // It has not finished, either.
            peer.Send(new byte[10]);
            peer.Pause(TimeSpan.FromSeconds(1));
        }

        simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromMinutes(5));
        Assert.Equal(60_000, peer.Received.Length);
        Assert.True(peer.OtherFinished);
        Assert.False(peer.WasReset);
        Assert.Equal(CloseReason.Requested, witness.Ends[0].Reason);
    }

    [Fact]
    public void A_close_gives_up_a_peer_that_takes_no_more_of_what_the_kernel_has_for_it()
    {
        using Simulation simulation = new(1, RoomyKernel);
        (Witness witness, Bound bound) = CloseBehindWhatTheKernelTakes(simulation);
        _ = new NeverReadingPeer(simulation, There, bound.LocalEndPoint);
        simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromMinutes(5));
        Assert.IsType<WriteStallTimeoutException>(witness.Ends[0].Exception);
        Assert.InRange(witness.Ends[0].At, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(72));
    }

    [Fact]
    public void A_connection_ends_with_its_lifetime_however_busy_it_is()
    {
        Witness witness = new(_simulation);
        Bound bound = _simulation.Bind(
            _system,
            $"tcp://{Here}:7000",
            witness.Props,
            With(new ConnectionOptions { Lifetime = TimeSpan.FromMinutes(10) })
        );
        _ = new DrippingPeer(_simulation, There, bound.LocalEndPoint, new byte[5000], TimeSpan.FromSeconds(1));
        _simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromMinutes(20));
        (CloseReason reason, Exception? exception, TimeSpan at) = witness.Ends[0];
        Assert.Equal(CloseReason.TimedOut, reason);
        Assert.IsType<LifetimeExceededException>(exception);
        AssertAt(witness.ConnectedAt + TimeSpan.FromMinutes(10), at);
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    public void A_peer_that_sends_too_slowly_ends_with_the_first_period(int everyMilliseconds, bool tooSlow)
    {
        Witness witness = new(_simulation);
        ConnectionOptions options = new() { MinReceiveRate = 10, RatePeriod = TimeSpan.FromSeconds(20) };
        Bound bound = _simulation.Bind(_system, $"tcp://{Here}:7000", witness.Props, With(options));
        SimulatedPeer peer = _simulation.Connect(There, bound.LocalEndPoint);
        TimeSpan every = TimeSpan.FromMilliseconds(everyMilliseconds);
        for (int i = 0; i < 200; i++)
        {
            peer.Send(new byte[tooSlow ? 9 : 11]);
            peer.Pause(every);
        }

        _simulation.Run(TimeSpan.FromSeconds(100));
        if (tooSlow)
        {
            (CloseReason reason, Exception? exception, TimeSpan at) = Assert.Single(witness.Ends);
            Assert.Equal(CloseReason.TimedOut, reason);
            DataRateException fault = Assert.IsType<DataRateException>(exception);
            Assert.True(fault.Receiving);
            Assert.InRange(fault.Bytes, 150, 190);
            Assert.InRange(at - witness.ConnectedAt, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21));
        }
        else
        {
            Assert.Empty(witness.Ends);
        }
    }

    [Fact]
    public void A_peer_is_not_blamed_for_time_in_which_it_was_not_read()
    {
        Witness witness = new(_simulation) { OnConnected = protocol => protocol.SuspendReading() };
        ConnectionOptions options = new()
        {
            MinReceiveRate = 10,
            RatePeriod = TimeSpan.FromSeconds(5),
            IdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        Bound bound = _simulation.Bind(_system, $"tcp://{Here}:7000", witness.Props, With(options));
        _simulation.Connect(There, bound.LocalEndPoint);
        _simulation.Run(TimeSpan.FromHours(1));
        Assert.Empty(witness.Ends);
    }

    [Theory]
    [InlineData(900, true)]
    [InlineData(1100, false)]
    public void A_peer_that_takes_too_slowly_ends(int bytesPerSecond, bool tooSlow)
    {
        Witness witness = new(_simulation) { OnConnected = protocol => protocol.Write(new string('x', 800_000)) };
        ConnectionOptions options = new() { MinSendRate = 1000, RatePeriod = TimeSpan.FromSeconds(30) };
        Bound bound = _simulation.Bind(_system, $"tcp://{Here}:7000", witness.Props, With(options));
        SimulatedPeer peer = _simulation.Connect(There, bound.LocalEndPoint);
        peer.ReadSlowly(bytesPerSecond, TimeSpan.FromSeconds(1));
        _simulation.Run(TimeSpan.FromSeconds(200));
        Assert.Equal(tooSlow, witness.Ends.Count > 0);
        if (tooSlow)
        {
            Assert.False(Assert.IsType<DataRateException>(witness.Ends[0].Exception).Receiving);
        }
    }

    [Fact]
    public void A_connect_that_nobody_answers_fails_when_its_time_is_over()
    {
        TimeSpan started = _simulation.Now;
        ConnectTimeoutException failure = Assert.Throws<ConnectTimeoutException>(() =>
            _simulation.Await(() => _system.Reactor().Connect("tcp://10.99.99.99:1", CrashingProtocol.Props))
        );
        Assert.Contains("10.99.99.99", failure.Message, StringComparison.Ordinal);
        AssertAt(started + TimeSpan.FromSeconds(10), _simulation.Now);
    }

    [Fact]
    public void A_connect_where_nobody_listens_is_refused()
    {
        _simulation.Listen(There, 80);
        Assert.Throws<ConnectRefusedException>(() =>
            _simulation.Await(() => _system.Reactor().Connect($"tcp://{There}:81", CrashingProtocol.Props))
        );
        Assert.True(_simulation.Now < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_million_seconds_of_nothing_cost_nothing()
    {
        Witness witness = new(_simulation);
        Bound bound = _simulation.Bind(
            _system,
            $"tcp://{Here}:7000",
            witness.Props,
            Idle(System.Threading.Timeout.InfiniteTimeSpan)
        );
        for (int i = 0; i < 100; i++)
        {
            _ = new SilentPeer(_simulation, $"10.0.1.{i}", bound.LocalEndPoint);
        }

        _simulation.RunUntilQuiet();
        long started = Stopwatch.GetTimestamp();
        _simulation.Run(TimeSpan.FromSeconds(1_000_000));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
        Assert.True(_simulation.Now >= TimeSpan.FromSeconds(1_000_000));
        Assert.Empty(witness.Ends);
        Assert.Equal(101, _simulation.OpenSockets(Here));
    }

    [Fact]
    public void Akkas_receive_timeouts_pass_on_the_same_clock()
    {
        Witness witness = new(_simulation)
        {
            OnConnected = protocol => protocol.Actor.SetReceiveTimeout(TimeSpan.FromHours(1)),
        };
        Bound bound = _simulation.Bind(
            _system,
            $"tcp://{Here}:7000",
            witness.Props,
            Idle(System.Threading.Timeout.InfiniteTimeSpan)
        );
        _simulation.Connect(There, bound.LocalEndPoint);
        _simulation.Run(TimeSpan.FromMinutes(59));
        Assert.Empty(witness.Messages);
        _simulation.Run(TimeSpan.FromMinutes(2));
        Assert.IsType<ReceiveTimeout>(Assert.Single(witness.Messages));
    }

    private static ListenerOptions Idle(TimeSpan timeout) =>
        new() { Connection = new ConnectionOptions { IdleTimeout = timeout } };

    private static ListenerOptions With(ConnectionOptions options) => new() { Connection = options };

    // Deadlines are kept in whole milliseconds and are never early.
    private static void AssertAt(TimeSpan expected, TimeSpan actual) =>
        Assert.InRange(actual, expected, expected + (2 * Millisecond));
}
