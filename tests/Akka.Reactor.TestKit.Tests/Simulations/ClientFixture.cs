using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A client whose protocol keeps a diary, and what can be done to it.</summary>
public abstract class ClientFixture : IDisposable
{
    private protected const string Here = "10.0.0.1";
    private protected const string There = "10.0.0.2";
    private protected const string Elsewhere = "10.0.0.3";
    private protected const int Port = 7000;
    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private protected static readonly ReconnectOptions EverySecond = Every(Second);

    private protected readonly Simulation _simulation = new(1);
    private protected readonly ActorSystem _system;
    private protected readonly ClientDiary _diary;
    private protected IActorRef _client = ActorRefs.Nobody;
    private protected IActorRef _protocol = ActorRefs.Nobody;

    protected ClientFixture()
        : this("") { }

    /// <param name="more">Of the configuration.</param>
    private protected ClientFixture(string more)
    {
        // Hosts that are there refuse; others are silent.
        _simulation.Network.Host(IPAddress.Parse(There));
        _simulation.Network.Host(IPAddress.Parse(Elsewhere));
        _system = _simulation.CreateSystem(
            "client",
            Here,
            ConfigurationFactory.ParseString("akka.reactor.client.connect-timeout = 5s\n" + more)
        );
        _diary = new ClientDiary(_simulation);
    }

    public void Dispose() => _simulation.Dispose();

    private protected int Connections => _diary.All<Connected>().Length;

    private protected static ReconnectOptions Every(TimeSpan time) =>
        new()
        {
            Policy = new RetryPolicy
            {
                MinBackoff = time,
                MaxBackoff = time,
                Jitter = 0,
            },
        };

    private protected void Start(params string[] hosts) => Start(options => options, hosts);

    private protected void Start(Func<ClientOptions, ClientOptions> change, params string[] hosts)
    {
        string[] endPoints = [.. (hosts.Length == 0 ? [There] : hosts).Select(host => $"tcp://{host}:{Port}")];
        ClientOptions options = change(new ClientOptions(endPoints, _diary.Props) { Reconnect = EverySecond });
        ClientStarted started = _simulation.Await(() => _system.Reactor().StartClient(options));
        _client = started.Client;
        _protocol = started.Protocol;
    }

    private protected void Do(Action<ClientDiary.Client> action)
    {
        _protocol.Tell(action);
        _simulation.RunUntilQuiet();
    }

    private protected ClientStatus Status() => _simulation.Await(() => _client.Ask<ClientStatus>(new GetStatus()));

    private protected string[] Targets() =>
        [.. _diary.All<Connecting>().Select(connecting => new Uri(connecting.EndPoint).Host)];

    private protected void RunUntilEnded()
    {
        List<object> told = [];
        IActorRef watcher = _system.ActorOf(Props.Create(() => new Listing(told)));
        watcher.Tell(_protocol);
        _simulation.RunUntil(() => told.OfType<Terminated>().Any(), TimeSpan.FromMinutes(5));
        _simulation.RunUntilQuiet();
    }

    /// <summary>Watches whom it is told of, and keeps everything else.</summary>
    internal sealed class Listing(List<object> told) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is IActorRef watched)
            {
                Context.Watch(watched);
            }
            else
            {
                told.Add(message);
            }
        }
    }
}
