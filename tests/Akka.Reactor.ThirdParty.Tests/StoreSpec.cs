using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.ThirdParty.Tests;

/// <summary>A protocol whose framing changes between lines and counted bytes, written from outside.</summary>
public sealed class StoreSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("store");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate().WaitAsync(Patience);

    [Fact]
    public async Task Values_that_contain_line_ends_are_stored_and_read_in_one_go() =>
        Assert.Equal(
            "stored\r\nvalue 4\r\n\r\n\r\nerror\r\nstored\r\nvalue 1\r\nx",
            await Converse("set a 4\r\n\r\n\r\nget a\r\nget b\r\nset a 1\r\nxget a\r\n")
        );

    [Fact]
    public async Task A_value_that_is_too_long_ends_the_connection_before_it_has_come()
    {
        IOException reset = await Assert.ThrowsAsync<IOException>(() => Converse("set a 32769\r\nx"));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.InnerException).SocketErrorCode);
    }

    private async Task<string> Converse(string commands)
    {
        Bound bound = await _system
            .Reactor()
            .Bind("tcp://127.0.0.1:0", Props.Create(() => new Store()))
            .WaitAsync(Patience);
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)bound.LocalEndPoint).WaitAsync(Patience);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(commands));
        client.Client.Shutdown(SocketShutdown.Send);
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync().WaitAsync(Patience);
    }
}
