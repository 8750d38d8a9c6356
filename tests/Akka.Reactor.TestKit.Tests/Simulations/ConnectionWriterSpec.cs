using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Akka.Actor;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// What is accepted from outside of a protocol arrives, through whatever the connection stands on, and what is not accepted is told so.
/// </summary>
public sealed class ConnectionWriterSpec : ConnectionWriterFixture
{
    [Fact]
    public void A_burst_takes_one_message_and_one_write()
    {
        Recorder protocol = new();
        ConnectionWriter writer = new(protocol, 1_000_000, null);
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(writer.TryWrite(BitConverter.GetBytes(i)));
        }

        Assert.IsType<WriterReady>(Assert.Single(protocol.Messages));
        byte[] data = writer.Take()!.Data.ToArray();
        Assert.Equal(Enumerable.Range(0, 1000).SelectMany(BitConverter.GetBytes), data);
        Assert.Null(writer.Take());
        Assert.True(writer.TryWrite("x"u8.ToArray()));
        Assert.Equal(2, protocol.Messages.Count);
    }

    [Fact]
    public void Large_bytes_are_not_copied()
    {
        ConnectionWriter writer = new(new Recorder(), 1_000_000, null);
        byte[] large = new byte[50_000];
        Assert.True(writer.TryWrite(large));
        Assert.True(writer.Take()!.Data.First.Span == large);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Nothing_that_was_accepted_is_lost_and_room_is_told_once_for_each_shortage(int layers)
    {
        SimulatedPeer peer = Serve(layers);
        peer.StopReading();
        StringBuilder accepted = new();
        Assert.Equal(0, _rooms);
        for (int shortage = 1; shortage <= 5; shortage++)
        {
            Fill(accepted);
            for (int i = 0; i < 3; i++)
            {
                Assert.False(_writer.TryWrite(Bytes("refused", 200)));
            }

            _simulation.Run(Second);
            Assert.Equal(shortage - 1, _rooms);
            Assert.InRange(_writer.Pending, 1, Limit);
            peer.ResumeReading();
            _simulation.Run(Second);
            Assert.Equal(shortage, _rooms);
            Assert.Equal(0, _writer.Pending);
            peer.StopReading();
        }

        Assert.True(_writer.TryWrite(Bytes("last", 200)));
        peer.ResumeReading();
        _simulation.Run(Second);
        Assert.Equal(5, _rooms);
        Assert.Null(_writer.Ended);
        Assert.Equal(accepted + Text("last", 200), peer.ReceivedText);
    }

    [Fact]
    public void Room_is_told_when_the_largest_refused_write_fits()
    {
        SimulatedPeer peer = Serve();
        peer.StopReading();
        Assert.True(_writer.TryWrite(new byte[5000]));
        Assert.True(_writer.TryWrite(new byte[1000]));
        Assert.False(_writer.TryWrite(new byte[9800]));
        Assert.True(_writer.TryWrite(new byte[3000]));
        _simulation.Run(Second);
        bool fits = false;
        _speaker.Room = () => fits = _writer.TryWrite(new byte[9800]);
        peer.ResumeReading();
        _simulation.Run(Second);
        Assert.True(fits);
        Assert.Equal(1, _rooms);
        Assert.Equal(18_800, peer.Received.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_accepted_before_STARTTLS_leaves_in_the_clear_and_what_comes_later_through_TLS(int seed)
    {
        using Simulation simulation = new(
            seed,
            new SimulationOptions { Faults = SimulatedFaults.Harmless with { EngineFailure = 0 } }
        );
        ActorSystem server = simulation.CreateSystem("server", Here);
        ActorSystem client = simulation.CreateSystem("client", There);
        Action<Speaker, string> onReceived = (speaker, _) =>
        {
            Assert.True(_writer.TryWrite("go"u8.ToArray()));
            speaker.Secure();
            Assert.True(_writer.TryWrite("under "u8.ToArray()));
        };
        Props serves = Props.Create(() => new Speaker(this, onReceived));
        List<string> heard = [];
        Props asks = Props.Create(() => new Asker(heard));
        simulation.Bind(server, $"tcp://{Here}:25", serves, new ListenerOptions { Tls = ServerTls });
        simulation.Await(() =>
            client.Reactor().Connect($"tcp://{Here}:25", asks, new ConnectOptions { Tls = ClientTls })
        );
        simulation.RunUntil(() => string.Concat(heard).EndsWith("under ", StringComparison.Ordinal), 60 * Second);
        Assert.True(_writer.TryWrite("tls"u8.ToArray()));
        simulation.RunUntil(() => string.Concat(heard).EndsWith("tls", StringComparison.Ordinal), 60 * Second);
        Assert.Equal("tcp:go tls:under tls", string.Concat(heard));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Bytes_are_accepted_and_sent_also_while_the_protocols_own_writes_are_refused(int layers)
    {
        SimulatedPeer peer = Serve(layers, Small);
        peer.StopReading();
        Do(speaker => speaker.Say(Text("own", 7000), Text("own", 7000), Text("own", 7000)));
        Assert.True(_writer.TryWrite(Bytes("other", 500)));
        _simulation.Run(Second);
        peer.ResumeReading();
        _simulation.Run(Second);
        Assert.Equal("refused, writable", string.Join(", ", _told.Distinct(StringComparer.Ordinal)));
        string text = peer.ReceivedText;
        Assert.Contains(Text("other", 500), text, StringComparison.Ordinal);
        Assert.Equal(
            string.Concat(Enumerable.Repeat(Text("own", 7000), 3)),
            text.Replace(Text("other", 500), "", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Serve();
        Assert.True(_writer.TryWrite(new byte[Limit - 128]));
        Assert.Throws<ArgumentException>(() => _writer.TryWrite(new byte[Limit - 127]));
        Do(speaker => Assert.Throws<ArgumentOutOfRangeException>(() => speaker.Make(1023)));
        Do(speaker => Assert.Equal(1024, speaker.Make(1024).Limit));
        Do(speaker =>
        {
            speaker.End();
            Assert.NotNull(speaker.Make(1024).Ended);
        });
        Assert.Equal("closed Requested with 0 undelivered", Told);
    }

    /// <summary>Keeps what it is told.</summary>
    private sealed class Recorder : MinimalActorRef
    {
        internal List<object> Messages { get; } = [];

        public override ActorPath Path => ActorRefs.Nobody.Path;

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender) => Messages.Add(message);
    }
}
