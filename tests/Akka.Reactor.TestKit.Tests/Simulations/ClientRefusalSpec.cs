using System.Linq;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Servers that let a client connect and have no use for it: what it is told, and how long it waits.</summary>
public sealed class ClientRefusalSpec : ClientFixture
{
    private static readonly ReconnectOptions Doubling = new()
    {
        Policy = new RetryPolicy { MinBackoff = 0.2 * Second, Jitter = 0 },
    };

    /// <summary>Under TLS 1.3 the client is connected by the time when the server has seen that it has no certificate.</summary>
    [Fact]
    public void A_late_refusal_of_the_certificate_counts_as_an_attempt_that_failed()
    {
        ServeTls();
        StartTls(Doubling);
        _simulation.RunUntil(() => _diary.All<Connecting>().Length == 4, Minute);
        Assert.Equal([1, 2, 3, 4], _diary.All<Connecting>().Select(connecting => connecting.Attempt));
        Assert.Equal(3, Connections);
        Disconnected[] losses = _diary.All<Disconnected>();
        Assert.All(losses, loss => Assert.True(loss.Cause is TruncatedException or TlsAlertException));
        Assert.Equal([200, 400, 800], losses.Select(loss => loss.RetryIn!.Value.TotalMilliseconds));
    }

    [Theory]
    [InlineData(10, "1 2 3")]
    [InlineData(1, "1 1 1")]
    public void Attempts_are_counted_on_until_a_connection_has_lasted(int resetAfter, string attempts)
    {
        _simulation.Listen(There, Port, peer => peer.Send("hello"));
        _diary.OnConnected = client =>
            client.CreateDeadline(3 * Second, c => c.Reject(new PeerViolationException("late")));
        Start(options => options with { Reconnect = EverySecond with { ResetAfter = resetAfter * Second } });
        _simulation.RunUntil(() => _diary.All<Connecting>().Length == 3, Minute);
        Assert.Equal(attempts, string.Join(' ', _diary.All<Connecting>().Select(connecting => connecting.Attempt)));
    }

    [Theory]
    [InlineData(EngineStyle.Readiness, false)]
    [InlineData(EngineStyle.Readiness, true)]
    [InlineData(EngineStyle.Completion, false)]
    [InlineData(EngineStyle.Completion, true)]
    public void A_server_that_says_why_and_resets_at_once_was_connected(EngineStyle style, bool finishes)
    {
        // All of it arrives before the client looks.
        using Simulation simulation = new(
            1,
            new SimulationOptions { Engine = style, Faults = SimulatedFaults.None with { NetworkAhead = 1 } }
        );
        simulation.Listen(
            There,
            Port,
            peer =>
            {
                peer.Send("busy\r\n");
                if (finishes)
                {
                    peer.Finish();
                }

                peer.Reset();
            }
        );
        ActorSystem system = simulation.CreateSystem("client", Here);
        Witness client = new(simulation);
        simulation.Await(() => system.Reactor().Connect($"tcp://{There}:{Port}", client.Props));
        simulation.RunUntil(() => client.Ends.Count > 0, Minute);
        Assert.Equal("busy\r\n", client.Received.ToString());
        Assert.Equal(CloseReason.Reset, client.Ends[0].Reason);
        Assert.IsType<ConnectionResetException>(client.Ends[0].Exception);
        Assert.Equal(0, simulation.OpenSockets(Here));
    }

    private void ServeTls() =>
        _simulation.Bind(
            _simulation.CreateSystem("server", There),
            $"tls://{There}:{Port}",
            Props.Create(() => new ClientDiary.Client(new ClientDiary(_simulation))),
            new ListenerOptions
            {
                Tls = new TlsServerOptions(TlsSpec.MakeCertificate())
                {
                    ClientCertificates = TlsClientCertificateMode.Require,
                },
            }
        );

    private void StartTls(ReconnectOptions reconnect)
    {
        ClientOptions options = new([$"tls://{There}:{Port}"], _diary.Props)
        {
            Connect = new ConnectOptions
            {
                Tls = new TlsClientOptions("server.test") { Verify = TlsVerification.NoneDangerous },
            },
            Reconnect = reconnect,
        };
        _client = _simulation.Await(() => _system.Reactor().StartClient(options)).Client;
    }
}
