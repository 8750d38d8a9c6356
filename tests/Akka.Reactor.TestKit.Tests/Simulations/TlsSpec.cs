using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>TLS between two simulated systems, from the first byte and by STARTTLS, over a network that is not kind.</summary>
public sealed class TlsSpec
{
    private const string Server = "10.0.0.1";
    private const string Client = "10.0.0.2";
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    private static readonly TlsServerOptions ServerTls = new(MakeCertificate());
    private static readonly TlsClientOptions ClientTls = new("server.test") { Verify = TlsVerification.NoneDangerous };

    [Theory]
    [InlineData(1, EngineStyle.Readiness)]
    [InlineData(2, EngineStyle.Completion)]
    [InlineData(3, EngineStyle.Readiness)]
    [InlineData(4, EngineStyle.Completion)]
    public void Echo_over_TLS(int seed, EngineStyle style)
    {
        using Simulation simulation = Make(seed, style);
        string text = new('x', 20_000);
        Witness echo = new(simulation) { OnReceived = (protocol, data) => protocol.Write(data) };
        Witness client = new(simulation)
        {
            OnConnected = protocol => protocol.Write(text),
            OnReceived = (protocol, _) =>
            {
                if (protocol.Received == text.Length)
                {
                    protocol.Close();
                }
            },
        };
        ActorSystem server = simulation.CreateSystem("server", Server);
        ActorSystem other = simulation.CreateSystem("client", Client);
        simulation.Bind(server, $"tls://{Server}:465", echo.Props, new ListenerOptions { Tls = ServerTls });
        simulation.Await(() =>
            other.Reactor().Connect($"tls://{Server}:465", client.Props, new ConnectOptions { Tls = ClientTls })
        );
        simulation.RunUntil(() => echo.Ends.Count + client.Ends.Count == 2, Most);
        Assert.Equal(text, echo.Received.ToString());
        Assert.Equal(text, client.Received.ToString());
        Assert.Equal(CloseReason.Requested, client.Ends[0].Reason);
        Assert.Equal(CloseReason.Requested, echo.Ends[0].Reason);
        Assert.Equal(0, simulation.OpenSockets(Client));
    }

    [Theory]
    [InlineData(5, EngineStyle.Readiness)]
    [InlineData(6, EngineStyle.Completion)]
    public void Echo_with_STARTTLS(int seed, EngineStyle style)
    {
        using Simulation simulation = Make(seed, style);
        Witness server = new(simulation)
        {
            OnReceived = (protocol, data) =>
            {
                protocol.Write(data == "STARTTLS" ? "go" : data);
                if (data == "STARTTLS")
                {
                    protocol.StartTls();
                }
            },
        };
        Witness client = new(simulation)
        {
            OnConnected = protocol => protocol.Write("STARTTLS"),
            OnReceived = (protocol, data) =>
            {
                if (data == "go")
                {
                    protocol.StartTls();
                    protocol.Write("secret");
                }
            },
        };
        ActorSystem system = simulation.CreateSystem("server", Server);
        ActorSystem other = simulation.CreateSystem("client", Client);

        // The dialogue has no framing: what is sent at once must come at once until TLS gives it one.
        simulation.Faults = simulation.Faults with
        {
            ShortReceive = 0,
            ShortSend = 0,
        };
        simulation.Bind(system, $"tcp://{Server}:25", server.Props, new ListenerOptions { Tls = ServerTls });
        simulation.Await(() =>
            other.Reactor().Connect($"tcp://{Server}:25", client.Props, new ConnectOptions { Tls = ClientTls })
        );
        simulation.RunUntil(() => client.Received.ToString() == "gosecret", Most);
        Assert.Equal("STARTTLSsecret", server.Received.ToString());
        Assert.IsType<TlsInfo>(Assert.Single(client.Messages));
        Assert.IsType<TlsInfo>(Assert.Single(server.Messages));
    }

    private static Simulation Make(int seed, EngineStyle style) =>
        new(
            seed,
            new SimulationOptions
            {
                Engine = style,
                Faults = SimulatedFaults.Harmless with { EngineFailure = 0 },
                Conditions = new NetworkConditions
                {
                    SendBuffer = 3000,
                    ReceiveBuffer = 3000,
                    SegmentSize = 300,
                },
            }
        );

    internal static TlsCertificate MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=server.test", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return TlsCertificate.From(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)));
    }
}
