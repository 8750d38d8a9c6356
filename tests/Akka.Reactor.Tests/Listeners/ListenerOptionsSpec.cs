using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Tests.Polling.Posix;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>What a listener and its connections are told to be like.</summary>
public sealed class ListenerOptionsSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(
        "akka.reactor { selectors = 3, listener.drain-timeout = 100ms }",
        "listener-options",
        output
    )
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ListenerOptions Defaults => Sys.Reactor().ListenerDefaults;

    [Fact]
    public async Task Both_ends_of_a_connection_have_their_socket_options()
    {
        ConnectionOptions slow = ConnectionOptions.Default with
        {
            Socket = new SocketOptions
            {
                NoDelay = false,
                KeepAlive = new KeepAliveOptions { When = KeepAliveWhen.Never },
                UserTimeout = TimeSpan.FromSeconds(3),
            },
        };
        ConnectionOptions kept = ConnectionOptions.Default with
        {
            Socket = new SocketOptions
            {
                KeepAlive = new KeepAliveOptions { When = KeepAliveWhen.Always, Count = 7 },
            },
        };
        Bound bound = await Bind(Defaults with { Connection = slow });
        ConnectOptions connect = Sys.Reactor().ConnectDefaults with { Connection = kept };
        ConnectionMade made = await Sys.Reactor()
            .Connect($"tcp://127.0.0.1:{bound.Port}", Props.Create<RecordingProtocol>(TestActor), connect);
        nint client = SocketOption.Find(made.Connection.Local, made.Connection.Remote);
        Assert.Equal(1, SocketOption.Tcp(client, Libc.TCP_NODELAY));
        Assert.Equal(7, SocketOption.Tcp(client, Libc.TCP_KEEPCNT));
        Assert.Equal(1, SocketOption.Socket(client, Libc.SO_KEEPALIVE));
        Assert.Equal(0, SocketOption.Tcp(client, Libc.TCP_USER_TIMEOUT));

        ExpectMsg<Connected>(Patience);
        ExpectMsg<Connected>(Patience);
        nint server = SocketOption.Find(made.Connection.Remote, made.Connection.Local);
        Assert.Equal(0, SocketOption.Tcp(server, Libc.TCP_NODELAY));
        Assert.Equal(0, SocketOption.Socket(server, Libc.SO_KEEPALIVE));
        Assert.Equal(3000, SocketOption.Tcp(server, Libc.TCP_USER_TIMEOUT));
    }

    public static TheoryData<string, ConnectionOptions> WrongConnections =>
        new()
        {
            {
                "max-unread is 0; it must be at least 1",
                new() { MaxUnread = 0 }
            },
            {
                "low-water is -1; it must be at least 0",
                new() { LowWater = -1 }
            },
            {
                "high-water is 2000 bytes; it must be above low-water (2000) and at most write-queue-limit (1048576)",
                new() { HighWater = 2000, LowWater = 2000 }
            },
            {
                "high-water is 131072 bytes; it must be above low-water (32768) and at most write-queue-limit (131071)",
                new() { WriteQueueLimit = 128 * 1024 - 1 }
            },
            {
                "idle-timeout is 00:00:00; it must be a duration above 0",
                new() { IdleTimeout = TimeSpan.Zero }
            },
            {
                "lifetime is 30.00:00:00; it must be a duration above 0 and at most 24.8d, or infinite",
                new() { Lifetime = TimeSpan.FromDays(30) }
            },
            {
                "linger-timeout is infinite; it must be a duration above 0 and at most 24.8d",
                new() { LingerTimeout = Timeout.InfiniteTimeSpan }
            },
            {
                "write-stall-timeout is -00:00:01; ",
                new() { WriteStallTimeout = TimeSpan.FromSeconds(-1) }
            },
            {
                "rate-period is 00:00:00; ",
                new() { RatePeriod = TimeSpan.Zero }
            },
            {
                "min-send-rate is -1; it must be at least 0",
                new() { MinSendRate = -1 }
            },
            {
                "socket.send-buffer is 1; it must be at least 1024",
                new() { Socket = new SocketOptions { SendBuffer = 1 } }
            },
            {
                "socket.user-timeout is 00:00:00.0005000; it must be a duration at least 1ms",
                new() { Socket = new SocketOptions { UserTimeout = TimeSpan.FromMilliseconds(0.5) } }
            },
            {
                "socket.keep-alive.count is 1000; it must be a whole number from 1 to 127",
                new()
                {
                    Socket = new SocketOptions
                    {
                        KeepAlive = new KeepAliveOptions { When = KeepAliveWhen.Always, Count = 1000 },
                    },
                }
            },
        };

    [Theory]
    [MemberData(nameof(WrongConnections))]
    public async Task An_option_that_is_not_allowed_fails_the_bind_and_the_connect_and_is_named(
        string expected,
        ConnectionOptions wrong
    )
    {
        BindException bind = await Assert.ThrowsAsync<BindException>(() => Bind(Defaults with { Connection = wrong }));
        Assert.Contains($"connection.{expected}", bind.Message, StringComparison.Ordinal);
        Bound bound = await Bind(Defaults);
        ReactorConfigurationException connect = await Assert.ThrowsAsync<ReactorConfigurationException>(() =>
            Sys.Reactor()
                .Connect(
                    $"tcp://127.0.0.1:{bound.Port}",
                    Props.Create<RecordingProtocol>(TestActor),
                    Sys.Reactor().ConnectDefaults with
                    {
                        Connection = wrong,
                    }
                )
        );
        Assert.Contains(
            $"connection.{expected}",
            connect.Message.Replace(": ", " ", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_address_has_so_many_connections_and_the_next_is_reset_at_once()
    {
        Bound bound = await Bind(Defaults with { MaxConnectionsPerAddress = 2 });
        using Peer one = await Peer.ConnectTo(bound);
        using Peer two = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        IActorRef protocol = LastSender;
        ExpectMsg<Connected>(Patience);
        for (int i = 0; i < 20; i++)
        {
            await AssertReset(bound, "127.0.0.1");
        }

        using Peer elsewhere = await From("127.0.7.7", bound);
        ExpectMsg<Connected>(Patience);
        ListenerStatus status = await Status(bound);
        Assert.Equal((3, 20L), (status.OpenConnections, status.RefusedByAddress));
        Assert.True(status.Accepting);

        protocol.Tell(new Abort());
        FishForMessage(m => m is Closed, Patience);
        using Peer next = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        await AssertReset(bound, "127.0.0.1");
    }

    [Fact]
    public async Task The_reset_ones_are_one_line_a_second()
    {
        Bound bound = await Bind(Defaults with { MaxConnectionsPerAddress = 1 });
        using Peer one = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.Warning));
        List<DateTime> lines = [];
        long started = Environment.TickCount64;
        int resets = 0;
        while (Environment.TickCount64 - started < 2500)
        {
            await AssertReset(bound, "127.0.0.1");
            resets++;
        }

        int told = 0;
        FishForMessage(
            m =>
            {
                string text = ((Akka.Event.Warning)m).Message.ToString()!;
                lines.Add(((Akka.Event.Warning)m).Timestamp);
                Assert.Contains(
                    "connection(s) reset: their address or network already has 1 open connection(s)",
                    text,
                    StringComparison.Ordinal
                );
                told += int.Parse(text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
                return told == resets;
            },
            Patience
        );
        Assert.InRange(lines.Count, 2, 5);
        Assert.All(
            lines.Zip(lines.Skip(1)),
            pair => Assert.True(pair.Second - pair.First > TimeSpan.FromSeconds(0.9), $"{pair.First} {pair.Second}")
        );
    }

    [Fact]
    public async Task Listeners_share_a_port_where_they_say_so()
    {
        Bound one = await Bind(Defaults with { ReusePort = true });
        Bound two = await Sys.Reactor()
            .Bind(
                $"tcp://127.0.0.1:{one.Port}",
                Props.Create<RecordingProtocol>(TestActor),
                Defaults with
                {
                    ReusePort = true,
                }
            );
        Assert.Equal(one.Port, two.Port);
        List<Peer> peers = [];
        for (int i = 0; i < 64; i++)
        {
            peers.Add(await Peer.ConnectTo(one));
            ExpectMsg<Connected>(Patience);
        }

        // Spread by a hash of the addresses: that one of them gets none of 64 does not happen.
        int first = (await Status(one)).OpenConnections;
        int second = (await Status(two)).OpenConnections;
        Assert.Equal(64, first + second);
        Assert.InRange(first, 1, 63);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task IPv4_is_left_alone_when_told_so()
    {
        Bound bound = await Sys.Reactor()
            .Bind("tcp://[::]:0", Props.Create<RecordingProtocol>(TestActor), Defaults with { Ipv6Only = true });
        using Peer six = await Peer.ConnectTo(new IPEndPoint(IPAddress.IPv6Loopback, bound.Port));
        ExpectMsg<Connected>(Patience);
        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectTo(new IPEndPoint(IPAddress.Loopback, bound.Port)));
    }

    [Theory]
    [InlineData(0, 1, null)]
    [InlineData(1, 0, null)]
    [InlineData(1, 1, 0)]
    public async Task Numbers_that_would_accept_nothing_are_refused(int batch, int most, int? perAddress)
    {
        BindException refusal = await Assert.ThrowsAsync<BindException>(() =>
            Bind(Defaults with { AcceptBatch = batch, MaxConnections = most, MaxConnectionsPerAddress = perAddress })
        );
        Assert.Contains("must be at least 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listening_sockets_and_connections_are_spread_over_the_selectors_that_were_not_stopped()
    {
        List<string> homes = [];
        for (int i = 0; i < 6; i++)
        {
            homes.Add(await HomeOf(await Bind(Defaults)));
        }

        Assert.Equal(3, homes.Distinct(StringComparer.Ordinal).Count());

        // Told and asked again where the selector was not there yet, or the question died with it.
        ActorSelection selector = Sys.ActorSelection("/system/reactor-selectors/selector-1");
        await AwaitAssertAsync(
            async () =>
            {
                selector.Tell(PoisonPill.Instance);
                ActorIdentity identity = await selector.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromSeconds(1));
                Assert.Null(identity.Subject);
            },
            Patience
        );
        for (int i = 0; i < 6; i++)
        {
            Bound bound = await Bind(Defaults);
            using Peer peer = await Peer.ConnectTo(bound);
            Connected connected = ExpectMsg<Connected>(Patience);
            Assert.DoesNotContain("loop-1", connected.Dispatcher, StringComparison.Ordinal);
            ConnectionMade made = await Sys.Reactor()
                .Connect($"tcp://127.0.0.1:{bound.Port}", Props.Create<RecordingProtocol>(ActorRefs.Nobody));
            Assert.DoesNotContain("loop-1", made.Connection.Dispatcher, StringComparison.Ordinal);
            ExpectMsg<Connected>(Patience);
            peer.Dispose();
            FishForMessage(m => m is Closed or "peer finished", Patience);
        }
    }

    // On which loop it is: the first connection is served on the first selector, but the acceptor's Props name its own.
    private static Task<string> HomeOf(Bound bound) =>
        Task.FromResult(((ActorRefWithCell)bound.Listener).Underlying.Props.Dispatcher);

    private async Task AssertReset(Bound bound, string from)
    {
        Exception? end = await Record.ExceptionAsync(async () =>
        {
            using Peer peer = await From(from, bound);
            await peer.Receive();
        });

        // While it connects or afterwards: that is a race.
        SocketException reset = Assert.IsType<SocketException>(
            end is System.IO.IOException { InnerException: { } inner } ? inner : end
        );
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    private static async Task<Peer> From(string address, Bound bound) =>
        await Peer.ConnectTo(bound.LocalEndPoint, IPAddress.Parse(address));

    private static Task<ListenerStatus> Status(Bound bound) =>
        bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience);

    private Task<Bound> Bind(ListenerOptions options) =>
        Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(TestActor), options);
}
