using System;
using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests;

public sealed class EchoSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit("akka.loglevel = DEBUG", "echo", output)
{
    [Fact]
    public async Task What_is_sent_comes_back()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>());
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(bound.LocalEndPoint).WaitAsync(TimeSpan.FromSeconds(5));
        await socket.SendAsync("hello"u8.ToArray());
        byte[] buffer = new byte[16];
        int count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, count));
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(5)));
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
