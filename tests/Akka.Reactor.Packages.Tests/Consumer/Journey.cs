using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor;
using Akka.Reactor.Protocols;

namespace Consumer;

/// <summary>What an application does first with the packages, a line of output for each step.</summary>
public static class Journey
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Akka logs to the console, which is for what the journey has to say.
    private static readonly Config Silent = ConfigurationFactory.ParseString(
        "akka.loglevel = OFF, akka.stdout-loglevel = OFF"
    );

    public static async Task EchoAsync(TextWriter output)
    {
        using CancellationTokenSource deadline = new(Patience);
        ActorSystem system = ActorSystem.Create("echo", Silent);
        Bound bound = await system.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<Echo>()).WaitAsync(deadline.Token);
        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)bound.LocalEndPoint, deadline.Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("hello\r\n"u8.ToArray(), deadline.Token);
        using StreamReader reader = new(stream, Encoding.ASCII);
        await output.WriteLineAsync($"echo: {await reader.ReadLineAsync(deadline.Token)}");
        await system.Terminate().WaitAsync(deadline.Token);
    }

    public static async Task StartTlsAsync(TextWriter output)
    {
        using CancellationTokenSource deadline = new(Patience);
        using X509Certificate2 certificate = SelfSigned();
        ActorSystem system = ActorSystem.Create("mail", Silent);
        ListenerOptions options = new() { Tls = new TlsServerOptions(TlsCertificate.From(certificate)) };
        Bound bound = await system
            .Reactor()
            .Bind("tcp://127.0.0.1:0", SmtpReceiver.Props(ActorRefs.Nobody, new SmtpOptions()), options)
            .WaitAsync(deadline.Token);

        using TcpClient client = new();
        await client.ConnectAsync((IPEndPoint)bound.LocalEndPoint, deadline.Token);
        using (StreamReader plain = new(client.GetStream(), Encoding.ASCII, leaveOpen: true))
        {
            await plain.ReadLineAsync(deadline.Token); // the greeting
            await client.GetStream().WriteAsync("STARTTLS\r\n"u8.ToArray(), deadline.Token);
            await output.WriteLineAsync($"starttls: {await plain.ReadLineAsync(deadline.Token)}");
        }

        using SslStream secure = new(client.GetStream());
        SslClientAuthenticationOptions expected = new()
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { certificate },
            },
        };
        await secure.AuthenticateAsClientAsync(expected, deadline.Token);
        await secure.WriteAsync("HELO localhost\r\n"u8.ToArray(), deadline.Token);
        using StreamReader encrypted = new(secure, Encoding.ASCII);
        string reply = await encrypted.ReadLineAsync(deadline.Token) ?? "";
        await output.WriteLineAsync($"tls: {secure.SslProtocol} {reply.Split(' ', '-')[0]}");
        await system.Terminate().WaitAsync(deadline.Token);
    }

    public static void Simulate(TextWriter output)
    {
        using Simulation simulation = new(seed: 1);
        ActorSystem system = simulation.CreateSystem("server", "10.0.0.1");
        Bound bound = simulation.Bind(system, "tcp://10.0.0.1:7000", Props.Create<Echo>());
        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        peer.Send("hello");
        peer.Finish();
        simulation.RunUntil(() => peer.OtherFinished, atMost: TimeSpan.FromMinutes(1));
        output.WriteLine($"simulation: {peer.ReceivedText}");
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
