using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>TLS is switched on while the connection lives; what the peer sent ahead of it is never executed.</summary>
public sealed class StartTlsSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.reactor.selectors = 2\nakka.loglevel = DEBUG", "starttls", output)
{
    private const string Injected = "INJECTED\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>On the connection's loop, and on a dispatcher of its own, where every step is a message.</summary>
    public static TheoryData<string> Dispatchers => ["loop", "akka.actor.default-dispatcher"];

    [Theory]
    [MemberData(nameof(Dispatchers))]
    public async Task Lines_before_are_clear_and_lines_after_are_secret(string dispatcher)
    {
        Bound bound = await Bind(dispatcher);
        using Peer peer = await Peer.ConnectTo(bound);
        Assert.Equal("hello", await peer.ReceiveLine());
        await peer.Send("one\r\n");
        Assert.Equal("did one", await peer.ReceiveLine());
        await peer.Send("STARTTLS\r\n");
        Assert.Equal("220 go", await peer.ReceiveLine());
        await peer.StartTls();
        await peer.Send("two\r\nthree\r\n");
        Assert.Equal("did two", await peer.ReceiveLine());
        Assert.Equal("did three", await peer.ReceiveLine());
        ExpectMsg("one", Patience);
        ExpectMsg("STARTTLS", Patience);
        ExpectMsg<TlsInfo>(Patience);
        ExpectMsg("two", Patience);
        ExpectMsg("three", Patience);
    }

    [Theory]
    [MemberData(nameof(Dispatchers))]
    public async Task A_ClientHello_behind_the_answer_is_never_lost(string dispatcher)
    {
        Bound bound = await Bind(dispatcher);
        await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(async _ =>
                {
                    using Peer peer = await Peer.ConnectTo(bound);
                    await peer.ReceiveLine();
                    await peer.Send("STARTTLS\r\n");
                    Assert.Equal("220 go", await peer.ReceiveLine());
                    await peer.StartTls();
                    await peer.Send("after\r\n");
                    Assert.Equal("did after", await peer.ReceiveLine());
                })
        );
    }

    [Theory]
    [MemberData(nameof(Dispatchers))]
    public async Task Plaintext_in_the_same_segment_closes_the_connection(string dispatcher)
    {
        Bound bound = await Bind(dispatcher);

        // Cut at every point: whatever part arrives in a segment of its own, nothing of it is executed.
        string all = "STARTTLS\r\n" + Injected;
        for (int split = 1; split <= all.Length; split++)
        {
            using Peer peer = await Peer.ConnectTo(bound);
            await peer.ReceiveLine();
            await peer.Send(all[..split]);
            if (split < all.Length)
            {
                await peer.Send(all[split..]);
            }

            Assert.DoesNotContain("INJECTED", await peer.ReceiveToEnd(), StringComparison.Ordinal);
            ExpectMsg("STARTTLS", Patience);
            Closed closed = ExpectMsg<Closed>(Patience);
            Assert.True(closed.Reason == CloseReason.ProtocolViolation, $"split {split}: {closed}");
        }
    }

    [Theory]
    [MemberData(nameof(Dispatchers))]
    public async Task Plaintext_before_the_handshake_closes_the_connection(string dispatcher)
    {
        Bound bound = await Bind(dispatcher);
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.ReceiveLine();
        await peer.Send("STARTTLS\r\n");
        Assert.Equal("220 go", await peer.ReceiveLine());
        await peer.Send(Injected);
        Assert.DoesNotContain("INJECTED", await peer.ReceiveToEnd(), StringComparison.Ordinal);
        ExpectMsg("STARTTLS", Patience);
        Assert.Equal(CloseReason.ProtocolViolation, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task Plaintext_that_waits_in_the_mailbox_closes_the_connection()
    {
        // The protocol is held up in its handling of STARTTLS, while the rest arrives in its mailbox.
        TestKit.TestLatch arrived = CreateTestLatch(1);
        ListenerOptions options = Sys.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TestCertificates.Server),
        };
        IActorRef executed = TestActor;
        Bound bound = await Sys.Reactor()
            .Bind(
                "tcp://127.0.0.1:0",
                Props
                    .Create(() => new HeldUpProtocol(executed, arrived))
                    .WithDispatcher("akka.actor.default-dispatcher"),
                options
            );
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("STARTTLS\r\n");
        ExpectMsg("STARTTLS", Patience);
        await peer.Send(Injected);

        // Loopback has delivered the injected bytes once they are sent. A connection on each of the two loops that is
        // made and served after that proves that the held-up one's loop has read them: they lie in the mailbox.
        foreach (string probe in (string[])["first loop", "second loop"])
        {
            using Peer other = await Peer.ConnectTo(bound);
            await other.Send(probe + "\r\n");
            FishForMessage(m => m is string line && line == probe, Patience);
        }

        arrived.CountDown();
        Assert.DoesNotContain("INJECTED", await peer.ReceiveToEnd(), StringComparison.Ordinal);
        FishForMessage(m => m is Closed { Reason: CloseReason.ProtocolViolation }, Patience);
    }

    [Fact]
    public async Task A_connection_without_a_certificate_says_so()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<UpgradeProtocol>(TestActor));
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.ReceiveLine();
        await EventFilter
            .Exception<InvalidOperationException>(contains: "StartTls needs a tls layer")
            .ExpectOneAsync(async () =>
            {
                await peer.Send("STARTTLS\r\n");
                Assert.Equal(
                    "",
                    await peer.ReceiveToEnd()
                        .ContinueWith(
                            t => t.Result.Replace("220 go\r\n", "", StringComparison.Ordinal),
                            TaskScheduler.Default
                        )
                );
            });
    }

    [Fact]
    public async Task A_certificate_is_not_accepted_unseen()
    {
        Bound bound = await Bind("loop");
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.ReceiveLine();
        await peer.Send("STARTTLS\r\n");
        await peer.ReceiveLine();
        await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() =>
            peer.StartTls(trustAnything: false)
        );
    }

    private async Task<Bound> Bind(string dispatcher)
    {
        Props props = Props.Create<UpgradeProtocol>(TestActor);
        if (dispatcher != "loop")
        {
            props = props.WithDispatcher(dispatcher);
        }

        ListenerOptions options = Sys.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TestCertificates.Server),
        };
        return await Sys.Reactor().Bind("tcp://127.0.0.1:0", props, options);
    }

    private sealed class HeldUpProtocol(IActorRef probe, TestKit.TestLatch latch) : ProtocolActor
    {
        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data)
        {
            string line = Encoding.Latin1.GetString(data).TrimEnd();
            probe.Tell(line);
            if (line == "STARTTLS")
            {
                latch.Ready(Patience);
                Write("220 go\r\n"u8);
                StartTls();
            }

            return data.Length;
        }

        protected override void OnClosed(Closed closed) => probe.Tell(closed);
    }
}
