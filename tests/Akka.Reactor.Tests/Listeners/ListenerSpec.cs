using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers.Tls;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

public sealed class ListenerSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "listener", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_address_in_use_is_a_typed_failure()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        string endPoint = $"tcp://127.0.0.1:{bound.Port}";
        BindException failure = await Assert.ThrowsAsync<BindException>(() =>
            Sys.Reactor().Bind(endPoint, Props.Create<RecordingProtocol>(TestActor))
        );
        Assert.Equal(98, failure.Errno);
        Assert.Contains(endPoint, failure.Message, StringComparison.Ordinal);
        Assert.Contains("in use", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:80", "tcp://HOST:PORT")]
    [InlineData("tcp://example.test:80", "address or localhost")]
    [InlineData("tls://127.0.0.1:0", "certificate")]
    public async Task What_cannot_be_bound_is_said(string endPoint, string expected)
    {
        BindException failure = await Assert.ThrowsAsync<BindException>(() =>
            Sys.Reactor().Bind(endPoint, Props.Create<RecordingProtocol>(TestActor))
        );
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_can_be_used_again_once_its_listener_is_gone()
    {
        ListenerOptions options = Sys.Reactor().ListenerDefaults with { Name = "again" };
        Bound first = await Bind(options);
        await Assert.ThrowsAsync<BindException>(() => Bind(options));
        Watch(first.Listener);
        first.Listener.Tell(new Drain());
        FishForMessage(m => m is Terminated, Patience);
        await AwaitAssertAsync(async () => Assert.Equal("again", (await Bind(options)).Name), Patience);
    }

    [Fact]
    public async Task IPv6_works_and_any_takes_both()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://[::]:0", Props.Create<RecordingProtocol>(TestActor));
        using Peer six = await Peer.ConnectTo(new IPEndPoint(IPAddress.IPv6Loopback, bound.Port));
        Assert.Equal(IPAddress.IPv6Loopback, ((IPEndPoint)ExpectMsg<Connected>(Patience).Remote).Address);
        using Peer four = await Peer.ConnectTo(new IPEndPoint(IPAddress.Loopback, bound.Port));
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)ExpectMsg<Connected>(Patience).Remote).Address);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    public async Task A_connection_to_a_listener_at_every_address_knows_at_which_it_is(string host)
    {
        Bound bound = await Sys.Reactor().Bind($"tcp://{host}:0", Props.Create<RecordingProtocol>(TestActor));
        foreach (string address in (string[])["127.0.0.1", "127.0.0.2"])
        {
            IPEndPoint there = new(IPAddress.Parse(address), bound.Port);
            using Peer peer = await Peer.ConnectTo(there);
            Assert.Equal(there, ((Connected)FishForMessage(m => m is Connected, Patience)).Local);
        }
    }

    [Fact]
    public async Task Accepting_pauses_at_max_connections_and_goes_on_when_one_closes()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults with { MaxConnections = 3 });
        List<(Peer Peer, IActorRef Protocol)> open = [];
        for (int i = 0; i < 3; i++)
        {
            Peer peer = await Peer.ConnectTo(bound);
            ExpectMsg<Connected>(Patience);
            open.Add((peer, LastSender));
        }

        using Peer fourth = await Peer.ConnectTo(bound);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(300));
        ListenerStatus status = await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience);
        Assert.Equal((3, false), (status.OpenConnections, status.Accepting));

        open[1].Protocol.Tell(new Abort());
        FishForMessage(m => m is Closed, Patience);
        FishForMessage(m => m is Connected, Patience);
        Assert.Equal(4, (await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience)).AcceptedConnections);
        open.ForEach(entry => entry.Peer.Dispose());
    }

    [Fact]
    public async Task Unbinding_leaves_open_connections_alone()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        await bound.Listener.Ask<Unbound>(new Unbind(), Patience);
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => Peer.ConnectTo(bound));
        await peer.Send("still");
        Assert.Equal("still", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
    }

    [Fact]
    public async Task Draining_lets_connections_finish()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        IActorRef protocol = LastSender;
        Task<DrainCompleted> drained = Sys.Reactor().Manager.Ask<DrainCompleted>(new Drain(Patience), Patience);
        ExpectMsg("draining", Patience);
        Assert.False(drained.IsCompleted);
        protocol.Tell(new Write("bye"u8.ToArray()));
        protocol.Tell(new Close());
        Assert.Equal("bye", await peer.ReceiveToEnd());
        peer.Dispose();
        Assert.Equal(0, (await drained).Aborted);
    }

    [Fact]
    public async Task Draining_aborts_what_does_not_finish_in_time()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        using Peer peer = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        DrainCompleted drained = await Sys.Reactor()
            .Manager.Ask<DrainCompleted>(new Drain(TimeSpan.FromMilliseconds(200)), Patience);
        Assert.Equal(1, drained.Aborted);
        await Assert.ThrowsAsync<System.IO.IOException>(() => peer.Receive());
    }

    [Fact]
    public async Task A_crashed_acceptor_goes_on_with_its_socket()
    {
        Bound bound = await Bind(Sys.Reactor().ListenerDefaults);
        using Peer before = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        bound.Listener.Tell(Kill.Instance);
        using Peer after = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        await before.Send("x");
        ExpectMsg<Received>(Patience);
    }

    [Fact]
    public async Task TLS_from_the_first_byte_reaches_the_protocol_only_when_it_is_on()
    {
        Bound bound = await Sys.Reactor()
            .Bind(
                "tls://127.0.0.1:0",
                Props.Create<RecordingProtocol>(TestActor),
                Sys.Reactor().ListenerDefaults with
                {
                    Tls = new TlsServerOptions(TestCertificates.Server)
                    {
                        HandshakeTimeout = TimeSpan.FromMilliseconds(500),
                    },
                }
            );
        using (Peer silent = await Peer.ConnectTo(bound))
        {
            await silent.ReceiveToEnd();
            Closed stalled = ExpectMsg<Closed>(Patience);
            Assert.Equal(CloseReason.TimedOut, stalled.Reason);
            TimeoutExceededException expired = Assert.IsType<TlsHandshakeTimeoutException>(stalled.Cause);
            Assert.Equal(TimeSpan.FromMilliseconds(500), expired.Timeout);
        }

        using (Peer plain = await Peer.ConnectTo(bound))
        {
            await plain.Send("EHLO there\r\n");
            await plain.ReceiveToEnd();
            Closed violation = ExpectMsg<Closed>(Patience);
            Assert.Equal(CloseReason.ProtocolViolation, violation.Reason);
            Assert.True(Assert.IsType<TlsHandshakeException>(violation.Cause).IsNotTls);
        }

        using Peer peer = await Peer.ConnectTo(bound);
        await peer.StartTls();
        ExpectMsg<Connected>(Patience);
        await peer.Send("secret");
        Assert.Equal("secret", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        peer.Finish();
        Closed truncated = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Truncated, truncated.Reason);
    }

    private async Task<Bound> Bind(ListenerOptions options) =>
        await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(TestActor), options);
}
