using System;
using System.ComponentModel;
using System.IO;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Protocols;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>
/// A client whose server is not there yet, on a machine with so few ports that the system soon gives it the server's own: in a
/// network namespace that only its loop is in.
/// </summary>
public sealed partial class SelfConnectSpec : IAsyncLifetime
{
    private const string Server = "tcp://127.0.0.1:50000";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create(
        "self",
        ConfigurationFactory.ParseString("akka { loglevel = OFF, reactor.selectors = 1 }")
    );

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate().WaitAsync(Deadline);

    [RootFact("ip")]
    public async Task A_client_is_not_connected_to_itself_and_leaves_the_port_to_its_server()
    {
        _ = _system.Reactor();
        IActorRef mover = _system.ActorOf(Props.Create<Mover>().WithDispatcher("akka.reactor.loop-0"));
        object answer = await mover.Ask("move", Deadline);
        Assert.Equal("moved", answer);
        int byItself = 0;
        for (int i = 0; i < 300; i++)
        {
            ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() => Connect());
            byItself += refused.Errno == 0 ? 1 : 0;
        }

        Assert.NotEqual(0, byItself);
        await _system.Reactor().Bind(Server, Props.Create<EchoProtocol>()).WaitAsync(Deadline);
        ConnectionMade made = await Connect();
        Assert.NotEqual(50000, ((IPEndPoint)made.Connection.Local).Port);
    }

    private Task<ConnectionMade> Connect() =>
        _system.Reactor().Connect(Server, Props.Create<DiscardProtocol>()).WaitAsync(Deadline);

    /// <summary>Moves the thread that it runs on into a network of its own, with ten ports.</summary>
    private sealed partial class Mover : UntypedActor
    {
        private const int NewNetwork = 0x40000000;

        protected override void OnReceive(object message)
        {
            try
            {
                if (Unshare(NewNetwork) != 0)
                {
                    throw new Win32Exception();
                }

                // What a thread starts, and what it opens below /proc/sys/net, is in its network.
                using var ip = System.Diagnostics.Process.Start("ip", ["link", "set", "lo", "up"]);
                ip.WaitForExit(Deadline);
                File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "50000 50010");
                Sender.Tell("moved");
            }
            catch (Exception failure)
            {
                Sender.Tell(failure.ToString());
            }
        }

        [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
        private static partial int Unshare(int flags);
    }
}
