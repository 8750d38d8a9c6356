using System;
using System.Buffers;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Clients.Dial;
using Akka.Reactor.Tests.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Clients;

/// <summary>Connects that are decided, and more than that, by the time when the loop looks at them.</summary>
[Trait("Engines", "all")]
public sealed class DecidedConnectSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Engines => [.. EngineSystem.Engines];

    public static TheoryData<string, string, bool> Resets
    {
        get
        {
            TheoryData<string, string, bool> resets = [];
            foreach (string engine in EngineSystem.Engines)
            {
                resets.Add(engine, "busy, try later\r\n", false);
                resets.Add(engine, "busy, try later\r\n", true);
                resets.Add(engine, "", false);
                resets.Add(engine, "", true);
            }

            return resets;
        }
    }

    [Theory]
    [MemberData(nameof(Resets))]
    public async Task A_server_that_says_why_and_resets_at_once_was_connected(string engine, string line, bool finishes)
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        ConnectedPlatform platform = new(
            engine,
            (real, endPoint, local) =>
            {
                nint descriptor = real.Connect(endPoint, options: null, local);
                using Socket accepted = server.Accept();
                accepted.Send(Encoding.ASCII.GetBytes(line));
                if (finishes)
                {
                    accepted.Shutdown(SocketShutdown.Send);
                }

                accepted.Close(timeout: 0);
                return descriptor;
            }
        );
        await using AsyncSystem system = new(platform.CreateSystem());
        Notes notes = new();
        ConnectionMade made = await system.Connect(
            $"tcp://{server.LocalEndPoint}",
            Props.Create(() => new Noting(notes))
        );
        Closed closed = await notes.WaitFor<Closed>();
        Assert.Equal(line, string.Concat(notes.All.OfType<string>()));
        Assert.Equal(CloseReason.Reset, closed.Reason);
        Assert.IsType<ConnectionResetException>(closed.Cause);
        Assert.NotEqual(0, ((IPEndPoint)made.Connection.Local).Port);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_connect_that_has_met_itself_is_refused_and_leaves_the_port_free(string engine)
    {
        int port = FreePort();

        // The port that the system chooses is the one that is connected to.
        ConnectedPlatform platform = new(
            engine,
            (real, endPoint, _) => real.Connect(endPoint, options: null, (IPEndPoint)endPoint)
        );
        await using AsyncSystem system = new(platform.CreateSystem());
        Props protocol = Props.Create(() => new Noting(new Notes()));
        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() =>
            system.Connect($"tcp://127.0.0.1:{port}", protocol)
        );
        Assert.Contains("nothing listens there", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, refused.Errno);
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.ExclusiveAddressUse = true;
        server.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_connect_to_itself_that_is_asked_for_is_made(string engine)
    {
        int port = FreePort();
        await using AsyncSystem system = new(
            new ConnectedPlatform(engine, (real, endPoint, local) => real.Connect(endPoint, null, local)).CreateSystem()
        );
        Notes notes = new();
        ConnectionMade made = await system.Connect(
            $"tcp://127.0.0.1:{port}",
            Props.Create(() => new Noting(notes)),
            new ConnectOptions { LocalAddress = new IPEndPoint(IPAddress.Loopback, port) }
        );
        made.Protocol.Tell("echo");
        Assert.Equal("echo", await notes.WaitFor<string>());
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class AsyncSystem(ActorSystem system) : IAsyncDisposable
    {
        internal Task<ConnectionMade> Connect(string endPoint, Props protocol, ConnectOptions? options = null) =>
            system.Reactor().Connect(endPoint, protocol, options).WaitAsync(Patience);

        public async ValueTask DisposeAsync() => await system.Terminate().WaitAsync(Patience);
    }

    private sealed class Noting(Notes notes) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(Encoding.ASCII.GetString(data));
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);

        protected override void OnMessage(object message) => Write(Encoding.ASCII.GetBytes((string)message));
    }
}
