using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// After a refusal nothing leaves that its writer wrote before it handled Writable, however the turns fall: whoever writes
/// again what was refused, and nothing else, gets the stream it meant.
/// </summary>
public sealed class RefusalSpec
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    [Theory]
    [InlineData(EngineStyle.Readiness, "")]
    [InlineData(EngineStyle.Completion, "")]
    [InlineData(EngineStyle.Readiness, "pass")]
    [InlineData(EngineStyle.Readiness, "akka.actor.default-dispatcher")]
    public void What_was_on_its_way_before_writable_was_handled_is_refused_too(EngineStyle style, string how)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            NetworkConditions conditions = new()
            {
                SegmentSize = 200,
                SendBuffer = 200,
                ReceiveBuffer = 400,
            };

            // Receives that are cut short let the next ones come before the first is handled.
            SimulatedFaults faults = new() { ShortReceive = 0.5, WouldBlock = 0.1 };
            using Simulation simulation = new(
                seed,
                new SimulationOptions
                {
                    Engine = style,
                    Conditions = conditions,
                    Faults = faults,
                }
            );

            // One message at a time, so that others come between any two of them.
            Config config = "akka.actor.default-dispatcher.throughput = 1";
            ActorSystem system = simulation.CreateSystem("server", Here, config);
            ListenerOptions options = new()
            {
                Connection = new ConnectionOptions
                {
                    // 60, 50 and 40 writes of one byte.
                    WriteQueueLimit = 60 * 129,
                    HighWater = 50 * 129,
                    LowWater = 40 * 129,
                },
                Layers = how == "pass" ? [new Layer("pass", lower => Props.Create<PassThrough>(lower))] : [],
            };
            Props props = Props.Create<Numbers>();
            Bound bound = simulation.Bind(
                system,
                $"tcp://{Here}:1",
                how.StartsWith("akka", StringComparison.Ordinal) ? props.WithDispatcher(how) : props,
                options
            );
            SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
            peer.Send(new byte[Numbers.Count]);
            simulation.RunUntil(() => peer.Received.Length >= Numbers.Count, TimeSpan.FromMinutes(10));
            for (int i = 0; i < Numbers.Count; i++)
            {
                if (i >= peer.Received.Length || peer.Received.Span[i] != (byte)i)
                {
                    throw simulation.Failure($"Byte {i} is wrong, of {peer.Received.Length}.");
                }
            }
        }
    }

    private sealed class PassThrough(IActorRef lower) : LayerActor(lower);

    /// <summary>
    /// Writes a number for every byte it is offered, and goes on with the next whatever happens; what is refused it writes
    /// again when it may, and then all that came after it.
    /// </summary>
    private sealed class Numbers : ProtocolActor
    {
        internal const int Count = 2000;

        private readonly SortedSet<int> _again = [];
        private int _next;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            for (int i = 0; i < data.Length; i++)
            {
                Send(_next++);
            }

            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure) => _again.Add((int)failure.Write.Ack!);

        protected override void OnWritable()
        {
            int[] again = [.. _again];
            _again.Clear();
            foreach (int number in again)
            {
                Send(number);
            }
        }

        protected override void OnMessage(object message) { }

        private void Send(int number) => Write(new byte[] { (byte)number }.AsSpan(), number);
    }
}
