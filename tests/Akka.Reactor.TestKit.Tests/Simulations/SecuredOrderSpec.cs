using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>
/// When a protocol learns that its connection speaks TLS, on both sides: with OnConnected where TLS is there from the first
/// byte, by OnSecured where it was started later, and never by both.
/// </summary>
public sealed class SecuredOrderSpec : IDisposable
{
    private const string There = "10.0.0.1";
    private const string Here = "10.0.0.2";
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);
    private static readonly TlsServerOptions ServerTls = new(TlsSpec.MakeCertificate());
    private static readonly TlsClientOptions ClientTls = new("server.test") { Verify = TlsVerification.NoneDangerous };

    private readonly Simulation _simulation = new(1);
    private readonly List<string> _server = [];
    private readonly List<string> _client = [];

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [InlineData("tls", "")]
    [InlineData("tcp", "tls")]
    public void TLS_from_the_first_byte_is_on_when_OnConnected_is_called(string scheme, string layers)
    {
        bool asLayer = layers == "tls";
        Bind(
            scheme,
            Props.Create(() => new Scribe(_server, "")),
            new ListenerOptions { Tls = ServerTls, Layers = asLayer ? [Tls.ServerLayer(ServerTls)] : [] }
        );
        Connect(
            scheme,
            Props.Create(() => new Scribe(_client, "done")),
            new ConnectOptions { Tls = ClientTls, Layers = asLayer ? [Tls.ClientLayer()] : [] }
        );
        Await("received done");
        Assert.Equal(["connected over TLS", "received done"], _server);
        Assert.Equal(["connected over TLS"], _client);
    }

    [Fact]
    public void A_client_s_protocol_learns_it_with_every_connection()
    {
        Bind("tls", Props.Create(() => new Scribe(_server, "")), new ListenerOptions { Tls = ServerTls });
        ActorSystem system = _simulation.CreateSystem("client", Here);
        ClientOptions options = new([$"tls://{There}:25"], Props.Create(() => new Scribe(_client, "close")))
        {
            Connect = new ConnectOptions { Tls = ClientTls },
            Reconnect = new ReconnectOptions
            {
                Policy = new RetryPolicy { MinBackoff = TimeSpan.FromMilliseconds(10) },
            },
        };
        _simulation.Await(() => system.Reactor().StartClient(options));
        _simulation.RunUntil(() => _client.Count >= 3, Most);
        Assert.All(_client, line => Assert.Equal("connected over TLS", line));
    }

    [Fact]
    public void TLS_that_is_started_later_is_told_by_OnSecured()
    {
        Bind("tcp", Props.Create(() => new Scribe(_server, "")), new ListenerOptions { Tls = ServerTls });
        Connect("tcp", Props.Create(() => new Scribe(_client, "start")), new ConnectOptions { Tls = ClientTls });
        Await("received done");
        Assert.Equal(["connected in the clear", "received start", "secured over TLS", "received done"], _server);
        Assert.Equal(["connected in the clear", "received go", "secured over TLS"], _client);
    }

    [Fact]
    public void TLS_inside_TLS_is_told_by_OnSecured_again()
    {
        Bind("tls", Props.Create(() => new Scribe(_server, "")), new ListenerOptions { Tls = ServerTls });
        Connect("tls", Props.Create(() => new Scribe(_client, "inner")), new ConnectOptions { Tls = ClientTls });
        Await("received done");
        Assert.Equal(["connected over TLS", "received inner", "secured over TLS", "received done"], _server);
        Assert.Equal(["connected over TLS", "received go inner", "secured over TLS"], _client);
    }

    [Theory]
    [InlineData("swap", "tls")]
    [InlineData("start and swap", "tcp")]
    public void A_successor_is_connected_over_TLS(string request, string scheme)
    {
        Bind(scheme, Props.Create(() => new Scribe(_server, "")), new ListenerOptions { Tls = ServerTls });
        Connect(scheme, Props.Create(() => new Scribe(_client, request)), new ConnectOptions { Tls = ClientTls });
        Await("successor received done");
        string first = scheme == "tls" ? "connected over TLS" : "connected in the clear";
        Assert.Equal(
            [first, $"received {request}", "successor connected over TLS", "successor received done"],
            _server
        );
    }

    private void Bind(string scheme, Props protocol, ListenerOptions options) =>
        _simulation.Bind(_simulation.CreateSystem("server", There), $"{scheme}://{There}:25", protocol, options);

    private void Connect(string scheme, Props protocol, ConnectOptions options)
    {
        ActorSystem system = _simulation.CreateSystem("client", Here);
        _simulation.Await(() => system.Reactor().Connect($"{scheme}://{There}:25", protocol, options));
    }

    private void Await(string line) => _simulation.RunUntil(() => _server.Contains(line), Most);

    /// <summary>Notes what it learns when, and does what it is asked to by lines without ends.</summary>
    private sealed class Scribe(List<string> lines, string first, string name = "") : ProtocolActor
    {
        protected override void OnConnected()
        {
            Note($"connected {How}");
            Assert.Equal(Connection.Tls is null, CanStartTls);
            if (Connection.Tls is not null)
            {
                Assert.Contains(
                    "TLS is already on",
                    Assert.Throws<InvalidOperationException>(StartTls).Message,
                    default
                );
            }

            if (first == "close")
            {
                Close();
            }
            else if (first.Length > 0)
            {
                Write(Encoding.ASCII.GetBytes(first));
            }
        }

        protected override void OnSecured(TlsInfo info)
        {
            Note($"secured {How}");
            Assert.Same(info, Connection.Tls);
            Assert.False(CanStartTls);
            if (first.Length > 0)
            {
                Write("done"u8);
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string line = Encoding.ASCII.GetString(data);
            Note($"received {line}");
            switch (line)
            {
                case "start":
                    Write("go"u8);
                    Begin();
                    break;
                case "go":
                    Begin();
                    break;
                case "inner":
                    Write("go inner"u8);
                    StartLayer(Tls.ServerLayer(ServerTls));
                    break;
                case "go inner":
                    StartLayer(Tls.ClientLayer(ClientTls));
                    break;
                case "swap":
                    Write("swapped"u8);
                    Swap();
                    break;
                case "swapped":
                    Write("done"u8);
                    break;
                case "start and swap":
                    Write("go"u8);
                    Begin();
                    Swap();
                    break;
            }

            return data.Length;
        }

        private string How => Connection.Tls is null ? "in the clear" : "over TLS";

        private void Begin()
        {
            StartTls();
            Assert.False(CanStartTls);
            Assert.Contains("already called", Assert.Throws<InvalidOperationException>(StartTls).Message, default);
        }

        private void Swap() => SwapProtocol(Props.Create(() => new Scribe(lines, "", "successor ")));

        private void Note(string line) => lines.Add(name + line);
    }
}
