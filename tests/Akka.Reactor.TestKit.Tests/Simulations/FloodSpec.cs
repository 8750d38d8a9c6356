using System;
using System.Buffers;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Two ends that both write much before they read.</summary>
public sealed class FloodSpec
{
    private const string Server = "10.0.0.1";
    private const string Client = "10.0.0.2";
    private const int Pieces = 60;
    private const int PieceSize = 15_000;

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void With_an_infinite_high_water_both_get_everything(EngineStyle style)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using Simulation simulation = new(seed, Options(style));
            (Flooder.Notes one, Flooder.Notes other) = Flood(simulation, ConnectionOptions.Infinite);
            simulation.RunUntil(() => one.IsDone && other.IsDone, TimeSpan.FromMinutes(10));
            Assert.Null(one.Closed);
            Assert.Null(other.Closed);
        }
    }

    /// <summary>Each waits for the other to read: that is found, and has a name.</summary>
    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void With_a_finite_one_they_wait_for_each_other_until_a_write_stalls(EngineStyle style)
    {
        using Simulation simulation = new(1, Options(style));
        (Flooder.Notes one, Flooder.Notes other) = Flood(simulation, ConnectionOptions.Default.HighWater);
        simulation.RunUntil(() => one.Closed is not null && other.Closed is not null, TimeSpan.FromMinutes(10));
        Assert.False(one.IsDone || other.IsDone);
        Assert.Contains(CloseReason.TimedOut, new[] { one.Closed!.Reason, other.Closed!.Reason });
    }

    private static SimulationOptions Options(EngineStyle style) =>
        new()
        {
            Engine = style,
            Conditions = new NetworkConditions { SendBuffer = 20_000, ReceiveBuffer = 20_000 },
        };

    private static (Flooder.Notes One, Flooder.Notes Other) Flood(Simulation simulation, int highWater)
    {
        Flooder.Notes one = new();
        Flooder.Notes other = new();
        ConnectionOptions connection = new() { HighWater = highWater };
        ActorSystem server = simulation.CreateSystem("server", Server);
        ActorSystem client = simulation.CreateSystem("client", Client);
        simulation.Bind(
            server,
            $"tcp://{Server}:1",
            Props.Create(() => new Flooder(one)),
            new ListenerOptions { Connection = connection }
        );
        simulation.Await(() =>
            client
                .Reactor()
                .Connect(
                    $"tcp://{Server}:1",
                    Props.Create(() => new Flooder(other)),
                    new ConnectOptions { Connection = connection }
                )
        );
        return (one, other);
    }

    private sealed class Flooder(Flooder.Notes notes) : ProtocolActor
    {
        protected override void OnConnected()
        {
            for (int i = 0; i < Pieces; i++)
            {
                Write(new byte[PieceSize]);
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Received += data.Length;
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => notes.Closed = closed;

        internal sealed class Notes
        {
            internal long Received { get; set; }

            internal Closed? Closed { get; set; }

            internal bool IsDone => Received == Pieces * PieceSize;
        }
    }
}
