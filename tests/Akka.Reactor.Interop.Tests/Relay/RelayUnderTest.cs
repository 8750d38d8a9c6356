using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Reactor.Protocols;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>A relay with a front for each of several scenes, each of which has a server of its own.</summary>
internal abstract class RelayUnderTest : IAsyncDisposable
{
    /// <summary>How long a peer may be silent.</summary>
    internal const int Patience = 2_000;

    /// <summary>The port for the client of each scene.</summary>
    internal required IReadOnlyList<int> Fronts { get; init; }

    /// <summary>What it has logged.</summary>
    internal IReadOnlyCollection<string> Log { get; private init; } = [];

    internal static async Task<RelayUnderTest> Ours(
        string engine,
        TempFolder folder,
        IReadOnlyList<RelayScene> scenes,
        IReadOnlyList<int> behind
    )
    {
        var system = ActorSystem.Create(
            "relay-ends",
            ConfigurationFactory.ParseString(
                $$"""
                akka.stdout-loglevel = OFF
                akka.loglevel = INFO
                akka.loggers = []
                akka.reactor.engine = {{engine}}
                akka.reactor.connection.idle-timeout = {{Patience}}ms
                akka.reactor.client.tls.trust-anchors = "{{folder.Certificate}}"
                """
            )
        );
        ConcurrentQueue<string> log = [];
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new LogKeeper(log))), typeof(LogEvent));
        try
        {
            List<int> fronts = [];
            TlsServerOptions tls = new(TlsCertificate.FromFiles(folder.Certificate, folder.Key));
            for (int i = 0; i < scenes.Count; i++)
            {
                string[] connect =
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(scenes[i].TlsServer ? "tls://localhost" : "tcp://127.0.0.1")}:{behind[i]}"
                    ),
                ];
                Bound bound = await system
                    .Reactor()
                    .Bind(
                        scenes[i].TlsClient ? "tls://127.0.0.1:0" : "tcp://127.0.0.1:0",
                        Props.Create<RelayProtocol>(new RelayOptions(connect)),
                        system.Reactor().ListenerDefaults with
                        {
                            Tls = tls,
                        }
                    );
                fronts.Add(bound.Port);
            }

            return new InProcess(system) { Fronts = fronts, Log = log };
        }
        catch
        {
            await system.Terminate();
            throw;
        }
    }

    internal static async Task<RelayUnderTest> Haproxy(
        TempFolder folder,
        IReadOnlyList<RelayScene> scenes,
        IReadOnlyList<int> behind
    )
    {
        string pem = folder.Combine("both.pem");
        await File.WriteAllTextAsync(
            pem,
            await File.ReadAllTextAsync(folder.Certificate) + await File.ReadAllTextAsync(folder.Key)
        );
        List<int> fronts = [.. scenes.Select(_ => PeerServer.FreePort())];
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            defaults
              mode tcp
              timeout client {Patience}ms
              timeout connect 10s
              timeout server {Patience}ms

            """
        );
        for (int i = 0; i < scenes.Count; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"""
                listen s{i}
                  bind 127.0.0.1:{fronts[i]}{(scenes[i].TlsClient ? $" ssl crt {pem}" : "")}
                  server behind 127.0.0.1:{behind[i]}{(scenes[i].TlsServer ? " ssl verify none" : "")}

                """
            );
        }

        string file = folder.Combine("relay.cfg");
        await File.WriteAllTextAsync(
            file,
            text.ToString() + $"listen ready\n  bind 127.0.0.1:{PeerServer.FreePort()}\n"
        );
        int ready = int.Parse((await File.ReadAllLinesAsync(file))[^1].Split(':')[1], CultureInfo.InvariantCulture);
        return new OfOthers(await PeerServer.Start(ready, "haproxy", "-db", "-f", file)) { Fronts = fronts };
    }

    public abstract ValueTask DisposeAsync();

    private sealed class InProcess(ActorSystem system) : RelayUnderTest
    {
        public override async ValueTask DisposeAsync() => await system.Terminate();
    }

    private sealed class LogKeeper(ConcurrentQueue<string> log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is LogEvent line)
            {
                log.Enqueue($"{line.Timestamp:mm:ss.fff} {line.LogLevel()} {line.LogSource}: {line.Message}");
            }
        }
    }

    private sealed class OfOthers(PeerServer server) : RelayUnderTest
    {
        public override ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
