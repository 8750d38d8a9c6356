using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Tests.Polling;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>A whole server on <c>select</c>, in a process that has more descriptors open than <c>select</c> can watch.</summary>
[Engine("select")]
[Collection(Alone.Name)]
public sealed class SelectLimitSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.reactor { engine = select, selectors = 1 }", "select-limit", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly PosixSockets _sockets = new();

    [EngineFact]
    public async Task A_connection_beyond_the_limit_is_refused_with_one_line_and_the_server_lives_on()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>());
        using Peer early = await Peer.ConnectTo(bound);
        await AssertEchoes(early, "early");
        int before = Descriptors.CountOpen();
        List<int> taken = [];
        try
        {
            for (int i = 0; i < 3; i++)
            {
                await EventFilter
                    .Info(contains: "closed: Failed: The engine select cannot watch descriptor")
                    .ExpectOneAsync(() => ConnectUntilRefused(bound, taken));
            }

            await AssertEchoes(early, "still here");
            TakeLowDescriptors(taken);
            BindException bind = await Assert.ThrowsAsync<BindException>(() =>
                Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>())
            );
            Assert.IsType<DescriptorLimitException>(bind.InnerException);
            DescriptorLimitException connect = await Assert.ThrowsAsync<DescriptorLimitException>(() =>
                Sys.Reactor().Connect($"tcp://127.0.0.1:{bound.Port}", Props.Create<Echo>())
            );
            Assert.True(connect.Descriptor >= connect.Limit);
        }
        finally
        {
            taken.ForEach(descriptor => _sockets.Close(descriptor));
        }

        using Peer late = await Peer.ConnectTo(bound);
        await AssertEchoes(late, "late");
        await AssertEchoes(early, "early again");

        // Both ends of the late connection, and the listener's answer to the dialled one, which found nobody.
        int allowed = before + 10;
        Assert.True(
            SpinWait.SpinUntil(() => Descriptors.CountOpen() <= allowed, Patience),
            $"{before} descriptors were open before, {Descriptors.CountOpen()} are now."
        );
    }

    // Whatever earlier tests left to the garbage collector is closed at some moment of this one, and then the next connection
    // gets a descriptor that can be watched, and is served.
    private async Task ConnectUntilRefused(Bound bound, List<int> taken)
    {
        for (int served = 0; served < 50; served++)
        {
            TakeLowDescriptors(taken);
            if (await IsRefused(bound))
            {
                return;
            }
        }

        Assert.Fail("All of 50 connections were served.");
    }

    private static async Task<bool> IsRefused(Bound bound)
    {
        try
        {
            using Peer peer = await Peer.ConnectTo(bound);
            await peer.Send("?");
            bool refused = await peer.ReceiveInto(new byte[1]) == 0;
            if (!refused)
            {
                // Its descriptor is free again when this one's stream ends.
                peer.Finish();
                await peer.ReceiveToEnd();
            }

            return refused;
        }
        catch (Exception e) when ((e as SocketException ?? e.InnerException as SocketException) is { } reset)
        {
            Assert.Contains(reset.SocketErrorCode, (SocketError[])[SocketError.ConnectionReset, SocketError.Shutdown]);
            return true;
        }
    }

    private void TakeLowDescriptors(List<int> taken)
    {
        int first = (int)_sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 1);
        taken.Add(first);
        while (taken[^1] < DescriptorSet.Limit)
        {
            taken.Add(Descriptors.Duplicate(first));
            Assert.True(taken[^1] >= 0);
        }
    }

    private static async Task AssertEchoes(Peer peer, string text)
    {
        await peer.Send(text);
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(await peer.ReceiveExactly(text.Length)));
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
