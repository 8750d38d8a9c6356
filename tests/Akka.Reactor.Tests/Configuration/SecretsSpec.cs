using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using static Akka.Reactor.Tests.Configuration.Settings;

namespace Akka.Reactor.Tests.Configuration;

/// <summary>No key and no password in anything that is logged, thrown or printed: all of it is collected and searched.</summary>
public sealed class SecretsSpec : IDisposable
{
    private const string Password = "correct-horse-battery";
    private const string WrongPassword = "wrong-horse-battery";
    private const string ProxyPassword = "swordfish-and-chips";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reactor-secrets-");
    private readonly string _variable = $"REACTOR_TEST_{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<string> _said = [];
    private readonly X509Certificate2 _leaf = TestCertificates.Issue(TestCertificates.Host);
    private readonly X509Certificate2 _other = TestCertificates.Issue("other.test");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_variable, null);
        _leaf.Dispose();
        _other.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Nothing_that_is_logged_thrown_or_printed_has_a_secret()
    {
        Environment.SetEnvironmentVariable(_variable, Password);
        await FailToStart();
        await Run();

        string[] said = [.. _said];
        foreach (
            string proof in (string[])
                [
                    "the password",
                    "cannot be decoded",
                    "does not belong to the certificate",
                    "cannot be loaded again",
                    "does not speak TLS",
                    "was rejected",
                    "key-password-env",
                    "near.test",
                ]
        )
        {
            Assert.Contains(said, text => text.Contains(proof, StringComparison.Ordinal));
        }

        foreach (string secret in Secrets())
        {
            Assert.DoesNotContain(said, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    private IEnumerable<string> Secrets()
    {
        yield return Password;
        yield return WrongPassword;
        yield return ProxyPassword;
        yield return "PRIVATE KEY-----\n";
        foreach (X509Certificate2 certificate in (X509Certificate2[])[_leaf, _other])
        {
            using ECDsa key = certificate.GetECDsaPrivateKey()!;
            byte[] secret = key.ExportParameters(includePrivateParameters: true).D!;
            yield return Convert.ToHexString(secret);
            yield return Convert.ToBase64String(secret)[..20];
            foreach (
                string line in KeyOf(certificate).Split('\n').Where(line => line is { Length: > 20 } and not ['-', ..])
            )
            {
                yield return line[..20];
            }
        }
    }

    // Each way in which a certificate cannot be loaded, in the configuration and in C#.
    private async Task FailToStart()
    {
        string pem = Save("server.pem", _leaf.ExportCertificatePem());
        string key = KeyOf(_leaf);
        string encrypted = Save("encrypted.key", Encrypted(_leaf));
        string wrong = Save("wrong", WrongPassword + "\n");
        byte[] store = _leaf.Export(X509ContentType.Pkcs12, Password);
        string pfx = SaveBytes("server.pfx", store);
        (string Certificate, string? Key, string? PasswordFile)[] ways =
        [
            (pem, encrypted, wrong),
            (pem, encrypted, null),
            (pem, Save("other.key", KeyOf(_other)), null),
            (pem, Save("damaged.key", key.Replace("MIG", "!!!", StringComparison.Ordinal)), null),
            (pem, Save("cut.key", key[..^60]), null),
            (pem, Save("glued.key", key.ReplaceLineEndings("") + key), null),
            (
                pem,
                Save("old.key", key.Replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\n", StringComparison.Ordinal)),
                null
            ),
            (Save("key-only.pem", key), null, null),
            (pfx, null, wrong),
            (pfx, null, null),
            (pfx, encrypted, null),
            (SaveBytes("cut.pfx", store[..^30]), null, wrong),
        ];
        foreach ((string certificate, string? keyFile, string? passwordFile) in ways)
        {
            string tls =
                $"certificate = \"{certificate}\""
                + (keyFile is null ? "" : $", key = \"{keyFile}\"")
                + (passwordFile is null ? "" : $", key-password-file = \"{passwordFile}\"");
            _said.Enqueue(
                (await Assert.ThrowsAsync<ReactorConfigurationException>(() => Read(Listener(tls)))).ToString()
            );
            _said.Enqueue(
                Assert
                    .Throws<TlsCertificateLoadException>(() =>
                        TlsCertificate.FromFiles(certificate, keyFile, passwordFile is null ? null : WrongPassword)
                    )
                    .ToString()
            );
        }
    }

    // A system that logs all it can, with handshakes that fail and certificates that cannot be loaded again.
    private async Task Run()
    {
        string present = Save("present.pem", _leaf.ExportCertificatePem() + "\n" + Encrypted(_leaf));
        string hocon = $$"""
            akka { loglevel = DEBUG, stdout-loglevel = OFF, loggers = [], log-config-on-start = on }
            akka.reactor {
              listener.log-connections = on
              {{Listener($"certificate = \"{present}\", key-password-env = {_variable}")["akka.reactor.".Length..]}}
              client {
                proxies = "socks5://alice:{{ProxyPassword}}@near.test:1080"
                tls { certificate = "{{present}}", key-password-env = {{_variable}} }
              }
            }
            """;
        ActorSystem system = ActorSystem.Create("secrets", hocon);
        try
        {
            ConcurrentQueue<string> said = _said;
            IActorRef listening = system.ActorOf(Props.Create(() => new Listening(said)));
            system.EventStream.Subscribe(listening, typeof(LogEvent));
            ReactorExtension reactor = system.Reactor();
            Bound bound = Assert.Single(await reactor.Started.WaitAsync(Patience));
            ConnectOptions direct = reactor.ConnectDefaults with { Proxies = [] };

            // system.Settings prints what the user has written, so the password of a proxy is in it; everything else is not.
            _said.Enqueue(
                system.Settings.ToString().Replace(ProxyPassword, "", StringComparison.Ordinal)
                    + $" {reactor.ListenerDefaults} {reactor.ConnectDefaults} {direct.Tls} {bound} {string.Join(' ', reactor.ConnectDefaults.Proxies)}"
            );

            string endPoint = $"tls://127.0.0.1:{bound.Port}";
            await Refused(reactor.Connect(endPoint, Props.Create<Silent>(), direct));
            await Refused(
                reactor.Connect(
                    endPoint,
                    Props.Create<Silent>(),
                    direct with
                    {
                        Tls = direct.Tls! with { Verify = TlsVerification.NoneDangerous, Pins = [TlsPin.Of(_other)] },
                    }
                )
            );
            await reactor
                .Connect(
                    endPoint,
                    Props.Create<Silent>(),
                    direct with
                    {
                        Tls = direct.Tls! with { Verify = TlsVerification.NoneDangerous },
                    }
                )
                .WaitAsync(Patience);
            using (Socket socket = new(SocketType.Stream, ProtocolType.Tcp))
            {
                await socket.ConnectAsync("127.0.0.1", bound.Port).WaitAsync(Patience);
                await socket.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n"));
                await socket.ReceiveAsync(new byte[1]).WaitAsync(Patience);
            }

            foreach (string broken in (string[])[KeyOf(_leaf), KeyOf(_leaf)[..^60], Encrypted(_other)])
            {
                Save("present.pem", _leaf.ExportCertificatePem() + "\n" + broken);
                Note(await reactor.ReloadCertificates().WaitAsync(Patience));
            }

            Environment.SetEnvironmentVariable(_variable, WrongPassword);
            Save("present.pem", _leaf.ExportCertificatePem() + "\n" + Encrypted(_leaf));
            Note(await reactor.ReloadCertificates().WaitAsync(Patience));
            await listening.Ask("everything before", Patience);
        }
        finally
        {
            await system.Terminate().WaitAsync(Patience);
        }
    }

    private async Task Refused(Task connecting)
    {
        var refusal = await Assert.ThrowsAsync<TlsCertificateException>(() => connecting.WaitAsync(Patience));
        _said.Enqueue(refusal.ToString());
    }

    private void Note(IReadOnlyList<TlsCertificateLoadException> failures)
    {
        foreach (TlsCertificateLoadException failure in failures)
        {
            _said.Enqueue(failure.ToString());
        }
    }

    private static string Listener(string tls) =>
        $"akka.reactor.listeners.x {{ bind = \"tls://127.0.0.1:0\", protocol = \"{Name<Silent>()}\", tls {{ {tls} }} }}";

    private static string KeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static string Encrypted(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        PbeParameters strength = new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000);
        return key.ExportEncryptedPkcs8PrivateKeyPem(Password, strength) + "\n";
    }

    private string Save(string name, string content) => SaveBytes(name, Encoding.ASCII.GetBytes(content));

    private string SaveBytes(string name, byte[] content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Says nothing.</summary>
    public sealed class Silent : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class Listening : ReceiveActor
    {
        public Listening(ConcurrentQueue<string> said)
        {
            Receive<LogEvent>(logged => said.Enqueue($"{logged} {logged.Message} {logged.Cause}"));
            Receive<string>(_ => Sender.Tell(said.Count));
        }
    }
}
