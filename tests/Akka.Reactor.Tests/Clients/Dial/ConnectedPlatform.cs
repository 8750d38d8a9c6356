using System;
using System.Net;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Tests.Clients.Dial;

/// <summary>The machine's own platform, with something that happens within every connect, before its engine looks at it.</summary>
/// <param name="engine">As in configuration.</param>
/// <param name="connect">In the place of the sockets' own.</param>
internal sealed class ConnectedPlatform(string engine, Func<ISockets, EndPoint, IPEndPoint?, nint> connect) : IPlatform
{
    private readonly IPlatform _real = Platforms.Resolve(engine);

    public string EngineName => _real.EngineName;

    public ISockets Sockets => field ??= new ConnectedSockets(_real.Sockets, connect);

    public IWakeSignal CreateWakeSignal() => _real.CreateWakeSignal();

    public IEngine CreateEngine(IWakeSignal wake) => _real.CreateEngine(wake);

    internal ActorSystem CreateSystem() =>
        ActorSystem.Create(
            "connected",
            ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(TestSettings.Silent)),
                new ReactorSetup(this, TimeProvider.System, ThreadRunner.Instance)
            )
        );

    private sealed class ConnectedSockets(ISockets real, Func<ISockets, EndPoint, IPEndPoint?, nint> connect) : ISockets
    {
        public SocketFeatures Features => real.Features;

        public nint Listen(EndPoint endPoint, int backlog, ListenOptions? settings = null) =>
            real.Listen(endPoint, backlog, settings);

        public nint Connect(EndPoint endPoint, SocketOptions? options = null, IPEndPoint? local = null) =>
            connect(real, endPoint, local);

        public nint Reserve(out int errno) => real.Reserve(out errno);

        public void SetKeepAlive(nint descriptor, bool on) => real.SetKeepAlive(descriptor, on);

        public void SetBuffers(nint descriptor, SocketOptions options) => real.SetBuffers(descriptor, options);

        public (SocketFault Fault, int Errno) TakeError(nint descriptor) => real.TakeError(descriptor);

        public EndPoint LocalEndPoint(nint descriptor) => real.LocalEndPoint(descriptor);

        public int Unacknowledged(nint descriptor) => real.Unacknowledged(descriptor);

        public void ShutdownWrite(nint descriptor) => real.ShutdownWrite(descriptor);

        public void Close(nint descriptor) => real.Close(descriptor);

        public void Reset(nint descriptor) => real.Reset(descriptor);

        public string Describe(int errno) => real.Describe(errno);
    }
}
