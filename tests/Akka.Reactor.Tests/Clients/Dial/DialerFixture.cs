using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Tests.Protocols;
using Xunit;

namespace Akka.Reactor.Tests.Clients.Dial;

/// <summary>A name whose addresses a test says, one of which is silent.</summary>
public abstract class DialerFixture : IAsyncLifetime
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Who connects to it hears nothing.
    private readonly Socket _silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private protected readonly List<Socket> _backlog = [];
    private protected readonly ActorSystem _system;
    private protected readonly ScriptedResolver _resolver = new();

    protected DialerFixture()
    {
        _system = ActorSystem.Create(
            "dialer",
            ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(TestSettings.Silent)),
                new ReactorSetup(Platforms.Resolve("auto"), TimeProvider.System, ThreadRunner.Instance)
                {
                    Resolver = _resolver,
                }
            )
        );
    }

    private protected int Port => ((IPEndPoint)_silent.LocalEndPoint!).Port;

    public async Task InitializeAsync()
    {
        // A listening socket whose backlog is full drops what comes: the client hangs in SYN.
        _silent.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        _silent.Listen(0);
        _backlog.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await _backlog[0].ConnectAsync(_silent.LocalEndPoint!).WaitAsync(Patience);
        _backlog.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
        Assert.ThrowsAny<SocketException>(() => _backlog[1].Connect(_silent.LocalEndPoint!));
    }

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _backlog.ForEach(socket => socket.Dispose());
        _silent.Dispose();
    }

    private protected void Addresses(params string[] addresses) =>
        _resolver.Answer = _ => Task.FromResult<IReadOnlyList<IPAddress>>(Array.ConvertAll(addresses, IPAddress.Parse));

    private protected Task<Bound> Listen(string address) =>
        _system.Reactor().Bind($"tcp://{address}:{Port}", Props.Create<RecordingProtocol>(ActorRefs.Nobody));

    private protected Task<ConnectionMade> Connect(TimeSpan timeout) =>
        Connect(new ConnectOptions { DnsTimeout = timeout, ConnectTimeout = timeout });

    private protected async Task<ConnectionMade> Connect(ConnectOptions options) =>
        await _system
            .Reactor()
            .Connect($"tcp://many.test:{Port}", Props.Create<RecordingProtocol>(ActorRefs.Nobody), options)
            .WaitAsync(Patience);
}
