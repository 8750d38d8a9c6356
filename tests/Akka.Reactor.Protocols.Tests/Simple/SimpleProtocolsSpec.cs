using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SimpleProtocolsSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Echo_sends_back_what_it_receives_and_closes_when_the_peer_has_finished() =>
        Assert.Equal("hello"u8.ToArray(), await Exchange(Props.Create<EchoProtocol>()));

    [Fact]
    public async Task Discard_answers_nothing_and_closes_when_the_peer_has_finished() =>
        Assert.Empty(await Exchange(Props.Create<DiscardProtocol>()));

    private async Task<byte[]> Exchange(Props protocol)
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", protocol);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(bound.LocalEndPoint).WaitAsync(Deadline);
        await socket.SendAsync("hello"u8.ToArray()).WaitAsync(Deadline);
        socket.Shutdown(SocketShutdown.Send);
        byte[] buffer = new byte[16];
        int length = 0;
        int count;
        while ((count = await socket.ReceiveAsync(buffer.AsMemory(length)).AsTask().WaitAsync(Deadline)) > 0)
        {
            length += count;
        }

        return buffer[..length];
    }
}
