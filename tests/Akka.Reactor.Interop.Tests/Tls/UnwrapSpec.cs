using System;
using System.Buffers;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>TLS that is removed from a living connection, with Python's <c>unwrap()</c> on the other side, in both roles.</summary>
public sealed class UnwrapSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("unwrap");
    private readonly TempFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _folder.Dispose();
    }

    [PeerFact("python3")]
    public async Task A_client_of_Python_goes_on_in_the_clear()
    {
        using X509Certificate2 certificate = Certificate();
        ListenerOptions options = _system.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TlsCertificate.From(certificate)),
        };
        Bound bound = await _system
            .Reactor()
            .Bind("tls://127.0.0.1:0", Props.Create<Server>(), options)
            .WaitAsync(Patience);
        PeerResult peer = await PeerProcess.Run(
            "python3",
            PeerProcess.Script("unwrap_tls.py"),
            "client",
            $"{bound.Port}"
        );
        peer.AssertSucceeded();
        Assert.Equal("hello in the clear", peer.Output.Trim());
    }

    [PeerFact("python3")]
    public async Task A_server_of_Python_goes_on_in_the_clear()
    {
        using X509Certificate2 certificate = Certificate();
        string pem = _folder.Combine("certificate.pem");
        string key = _folder.Combine("key.pem");
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        int port = PeerServer.FreePort();
        await using PeerServer server = await PeerServer.Start(
            port,
            "python3",
            PeerProcess.Script("unwrap_tls.py"),
            "server",
            $"{port}",
            pem,
            key
        );
        TaskCompletionSource<string> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectOptions options = _system.Reactor().ConnectDefaults with
        {
            Tls = new TlsClientOptions("localhost") { Verify = TlsVerification.NoneDangerous },
        };
        await _system
            .Reactor()
            .Connect($"tls://127.0.0.1:{port}", Props.Create(() => new Client(heard)), options)
            .WaitAsync(Patience);
        Assert.Equal("heard hello", await heard.Task.WaitAsync(Patience));
    }

    private static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private sealed class Server : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            string text = Encoding.ASCII.GetString(line);
            if (text == "CCC")
            {
                Write("200\n"u8);
                StopTls();
            }
            else
            {
                Write(Encoding.ASCII.GetBytes($"{text} {(Connection.Tls is null ? "in the clear" : "in secret")}\n"));
            }
        }
    }

    private sealed class Client(TaskCompletionSource<string> heard) : LineProtocol
    {
        protected override void OnConnected() => Write("CCC\n"u8);

        protected override void OnTlsStopped() => Write("hello\n"u8);

        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            string text = Encoding.ASCII.GetString(line);
            if (text == "200")
            {
                StopTls();
            }
            else
            {
                heard.TrySetResult(text);
                Close();
            }
        }
    }
}
