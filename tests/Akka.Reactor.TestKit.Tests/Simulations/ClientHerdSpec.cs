using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Many clients that lose the same server at the same time.</summary>
public sealed class ClientHerdSpec(ITestOutputHelper output) : IDisposable
{
    private const string There = "10.0.0.2";
    private const int Port = 7000;
    private const int Clients = 500;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(10);

    private readonly Simulation _simulation = new(1);

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void They_do_not_come_back_at_once()
    {
        ActorSystem system = _simulation.CreateSystem("clients", "10.0.0.1");
        SimulatedPeerListener server = _simulation.Listen(There, Port);
        List<ClientDiary> diaries = [];
        for (int i = 0; i < Clients; i++)
        {
            ClientDiary diary = new(_simulation);
            diaries.Add(diary);
            ClientOptions options = new([$"tcp://{There}:{Port}"], diary.Props)
            {
                Reconnect = new ReconnectOptions { Policy = new RetryPolicy { MaxBackoff = MaxBackoff } },
            };
            _simulation.Await(() => system.Reactor().StartClient(options));
        }

        _simulation.RunUntil(() => diaries.All(diary => diary.All<Connected>().Length == 1), Away);
        server.Close();
        foreach (SimulatedPeer peer in server.Peers)
        {
            peer.Reset();
        }

        TimeSpan lost = _simulation.Now;
        _simulation.Run(Away);
        TimeSpan back = _simulation.Now;
        _simulation.Listen(There, Port);
        _simulation.RunUntil(() => diaries.All(diary => diary.All<Connected>().Length == 2), 2 * MaxBackoff);

        TimeSpan[] attempts = [.. diaries.SelectMany(diary => diary.TimesOf<Connecting>()).Where(time => time >= lost)];
        int most = attempts.GroupBy(time => (long)(time - lost).TotalMilliseconds / 100).Max(bucket => bucket.Count());
        TimeSpan last = diaries.Max(diary => diary.TimesOf<Connected>()[1]) - back;
        output.WriteLine($"{attempts.Length} attempts, at most {most} in 100 ms; all back after {last.TotalSeconds} s");
        Assert.InRange(most, 1, attempts.Length / 10);
        Assert.InRange(last, TimeSpan.Zero, 2 * MaxBackoff);
    }
}
