using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Tests.Polling.Posix;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>When the system probes a silent peer, as the kernel says it.</summary>
[Trait("Engines", "all")]
public sealed class KeepAliveSpec
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Engines => [.. EngineSystem.Engines];

    [LinuxTheory("the test asks the kernel by Linux's numbers")]
    [MemberData(nameof(Engines))]
    public async Task A_peer_is_probed_while_the_idle_timeout_pauses(string engine)
    {
        await using EngineSystem system = new(engine);
        (nint socket, IActorRef protocol, Peer peer) = await Connect(system, new() { IdleTimeout = Idle });
        Assert.False(IsProbed(socket));
        protocol.Tell(Reading.Suspended);
        await Until(() => IsProbed(socket));
        protocol.Tell(Reading.Resumed);
        while (IsProbed(socket))
        {
            // The idle timeout runs again, so that the peer has to be alive.
            await peer.Send("x"u8.ToArray());
            await Pause.BetweenLooks();
        }

        peer.Dispose();
    }

    [LinuxTheory("the test asks the kernel by Linux's numbers")]
    [InlineData(KeepAliveWhen.NoIdleTimeout, true)]
    [InlineData(KeepAliveWhen.Always, true)]
    [InlineData(KeepAliveWhen.Never, false)]
    public async Task Without_an_idle_timeout_a_peer_is_probed_from_the_beginning(KeepAliveWhen when, bool probed)
    {
        await using EngineSystem system = new(EngineSystem.Engines[0]);
        ConnectionOptions options = new()
        {
            IdleTimeout = Timeout.InfiniteTimeSpan,
            Socket = new SocketOptions { KeepAlive = new KeepAliveOptions { When = when } },
        };
        (nint socket, _, Peer peer) = await Connect(system, options);
        Assert.Equal(probed, IsProbed(socket));
        peer.Dispose();
    }

    private static async Task<(nint Socket, IActorRef Protocol, Peer Peer)> Connect(
        EngineSystem system,
        ConnectionOptions options
    )
    {
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Reader(notes)), options);
        Peer peer = await StackedConnection.Connect(bound, "");
        Connected connected = await notes.WaitFor<Connected>();
        return (SocketOption.Find(connected.Local, connected.Remote), await notes.WaitFor<IActorRef>(), peer);
    }

    private static bool IsProbed(nint socket) => SocketOption.Socket(socket, Libc.SO_KEEPALIVE) == 1;

    private static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(Patience);
        while (!condition())
        {
            await Pause.BetweenLooks(deadline.Token);
        }
    }

    private enum Reading
    {
        Suspended,
        Resumed,
    }

    private sealed class Reader(Notes notes) : ProtocolActor
    {
        protected override void OnConnected()
        {
            notes.Add(Self);
            notes.Add(Connection);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case Reading.Suspended:
                    SuspendReading();
                    break;
                case Reading.Resumed:
                    ResumeReading();
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }
}
