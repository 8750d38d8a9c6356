using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The metrics of TLS handshakes.</summary>
public sealed class HandshakeMetricsSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string Active = "akka.reactor.tls_handshakes.active";
    private const string Duration = "akka.reactor.tls_handshake.duration";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static int s_systems;

    private readonly Simulation _simulation = new(1);
    private readonly ActorSystem _system;
    private readonly MetricsProbe _probe;
    private readonly Bound _bound;

    public HandshakeMetricsSpec()
    {
        string name = $"handshakes-{Interlocked.Increment(ref s_systems)}";
        _system = _simulation.CreateSystem(name, Here);
        _probe = new MetricsProbe(name);
        _bound = _simulation.Bind(
            _system,
            $"tls://{Here}:7000",
            Props.Create<Silent>(),
            new ListenerOptions { Name = "secure", Tls = new TlsServerOptions(TlsSpec.MakeCertificate()) }
        );
    }

    public void Dispose()
    {
        _probe.Dispose();
        _simulation.Dispose();
    }

    [Fact]
    public void A_handshake_is_recorded_once_on_each_side_with_the_version()
    {
        _simulation.Await(() =>
            _system
                .Reactor()
                .StartClient(
                    new ClientOptions([$"tls://{Here}:7000"], Props.Create<Silent>())
                    {
                        Name = "upstream",
                        Connect = new ConnectOptions
                        {
                            Tls = new TlsClientOptions("server.test") { Verify = TlsVerification.NoneDangerous },
                        },
                    }
                )
        );
        _simulation.Run(Second);
        IReadOnlyList<MetricsProbe.Value> ended = _probe.Of(Duration);
        Assert.Equal(2, ended.Count);
        Assert.All(ended, value => Assert.Equal("1.3", value["tls.protocol.version"]));
        Assert.All(ended, value => Assert.Null(value["error.type"]));
        Assert.Single(ended, value => value["akka.reactor.client"] == "upstream");
        Assert.Single(ended, value => value["akka.reactor.listener"] == "secure");
        Assert.All(_probe.Observe(Active), value => Assert.Equal(0, value.Number));
    }

    [Fact]
    public void Handshakes_under_way_are_counted_until_they_fail_and_have_the_class_of_their_failure()
    {
        SimulatedPeer finishing = _simulation.Connect("10.0.0.2", _bound.LocalEndPoint);
        SimulatedPeer resetting = _simulation.Connect("10.0.0.2", _bound.LocalEndPoint);
        SimulatedPeer babbling = _simulation.Connect("10.0.0.2", _bound.LocalEndPoint);
        _simulation.Connect("10.0.0.2", _bound.LocalEndPoint);
        _simulation.Run(Second);
        Assert.Equal(4, Assert.Single(_probe.Observe(Active)).Number);
        Assert.Empty(_probe.Of(Duration));
        finishing.Finish();
        resetting.Reset();
        babbling.Send(new string('x', 100));
        _simulation.Run(Second);
        Assert.Equal(1, Assert.Single(_probe.Observe(Active)).Number);
        _simulation.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(0, Assert.Single(_probe.Observe(Active)).Number);
        Assert.Equal(
            ["reset", "tls-handshake", "tls-handshake-timeout", "truncated"],
            _probe.Of(Duration).Select(value => value["error.type"]).Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        Assert.All(_probe.Of(Duration), value => Assert.Null(value["tls.protocol.version"]));
    }

    private sealed class Silent : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }
}
