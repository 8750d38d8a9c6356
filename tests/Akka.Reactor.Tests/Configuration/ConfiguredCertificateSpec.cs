using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Configuration;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using static Akka.Reactor.Tests.Configuration.Settings;

namespace Akka.Reactor.Tests.Configuration;

/// <summary>Certificates and the TLS of listeners, as the configuration names them.</summary>
public sealed class ConfiguredCertificateSpec : IDisposable
{
    private const string Password = "correct-horse";
    private const string WrongPassword = "battery-staple";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reactor-certificates-");
    private readonly string _variable = $"REACTOR_TEST_{Guid.NewGuid():N}";
    private readonly X509Certificate2 _leaf = TestCertificates.Issue(TestCertificates.Host);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_variable, null);
        _leaf.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(Password)]
    [InlineData(Password + "\r\n")]
    [InlineData("\uFEFF" + Password + "\nnot the password\n")]
    public async Task The_password_of_a_key_is_the_first_line_of_a_file(string content)
    {
        string file = Save("password", content);

        Assert.Equal(
            _leaf.Thumbprint,
            (await Server(Encrypted($"key-password-file = \"{file}\""))).Certificate.Leaf.Thumbprint
        );
        Assert.Equal(
            _leaf.Thumbprint,
            (await Server(Pkcs12($"key-password-file = \"{file}\""))).Certificate.Leaf.Thumbprint
        );
    }

    [Fact]
    public async Task The_password_of_a_key_may_be_in_the_environment()
    {
        Environment.SetEnvironmentVariable(_variable, Password);

        Assert.Equal(
            _leaf.Thumbprint,
            (await Server(Encrypted($"key-password-env = {_variable}"))).Certificate.Leaf.Thumbprint
        );
        Assert.Equal(
            _leaf.Thumbprint,
            (await Server(Pkcs12($"key-password-env = {_variable}"))).Certificate.Leaf.Thumbprint
        );
    }

    [Fact]
    public async Task A_client_has_its_certificate_by_the_same_keys()
    {
        Environment.SetEnvironmentVariable(_variable, Password);
        ReactorOptions settings = await Read(
            $"akka.reactor.client.tls {{ {Pkcs12($"key-password-env = {_variable}")} }}"
        );

        Assert.Equal(_leaf.Thumbprint, settings.Client.Tls!.ClientCertificate!.Leaf.Thumbprint);
    }

    [Fact]
    public async Task A_password_that_cannot_be_had_is_told_by_where_it_should_be()
    {
        Assert.Contains(
            $"the environment variable {_variable}: it is not set",
            await Failure(Listener(Encrypted($"key-password-env = {_variable}"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "nowhere: the file does not exist",
            await Failure(Listener(Encrypted("key-password-file = nowhere"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "key-password-file: is a, but key-password-env is given too",
            await Failure(Listener(Encrypted("key-password-file = a, key-password-env = b"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "key-password-env: is b, but the block has no certificate",
            await Failure(Listener("key-password-env = b")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task No_password_appears_in_a_log_an_error_or_a_text_of_options()
    {
        List<string> said = [];
        Environment.SetEnvironmentVariable(_variable, Password);
        string right = Save("right", Password + "\n");
        string wrong = Save("wrong", WrongPassword + "\n");
        foreach (
            string tls in (string[])
                [Encrypted($"key-password-file = \"{right}\""), Pkcs12($"key-password-env = {_variable}")]
        )
        {
            await Run(Listener(tls), said);
            TlsServerOptions server = await Server(tls);
            said.Add($"{server} {server.Certificate}");
        }

        Assert.Contains(said, line => line.Contains(right, StringComparison.Ordinal)); // So the settings were logged.
        foreach (
            string tls in (string[])
                [Encrypted($"key-password-file = \"{wrong}\""), Pkcs12($"key-password-file = \"{wrong}\"")]
        )
        {
            var failure = await Assert.ThrowsAsync<ReactorConfigurationException>(() => Read(Listener(tls)));
            Assert.Contains("the password", failure.Message, StringComparison.Ordinal);
            said.Add(failure.ToString());
            said.Add(
                Assert
                    .Throws<TlsCertificateLoadException>(() =>
                        TlsCertificate.FromFiles(
                            Save("x.pem", _leaf.ExportCertificatePem()),
                            Save("x.key", EncryptedKey),
                            WrongPassword
                        )
                    )
                    .ToString()
            );
        }

        Assert.DoesNotContain(said, line => line.Contains(Password, StringComparison.Ordinal));
        Assert.DoesNotContain(said, line => line.Contains(WrongPassword, StringComparison.Ordinal));
        Assert.DoesNotContain(said, line => line.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-20, -10, " has expired: it was valid until ")]
    [InlineData(10, 20, " is not valid yet: it is valid from ")]
    public async Task A_certificate_that_is_not_valid_now_is_a_warning_and_no_error(int from, int to, string problem)
    {
        using X509Certificate2 leaf = TestCertificates.Issue(TestCertificates.Host, from, to);
        string path = Save("server.pem", PemOf(leaf));
        List<string> said = [];

        await Run(Listener($"certificate = \"{path}\""), said);

        string line = Assert.Single(said, line => line.Contains(problem, StringComparison.Ordinal));
        DateTime date = from < 0 ? leaf.NotAfter : leaf.NotBefore;
        Assert.Contains($"in {path}", line, StringComparison.Ordinal);
        Assert.Contains($"{date.ToUniversalTime():u}", line, StringComparison.Ordinal);
    }

    private string EncryptedKey =>
        _leaf
            .GetECDsaPrivateKey()!
            .ExportEncryptedPkcs8PrivateKeyPem(
                Password,
                new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)
            );

    private static string PemOf(X509Certificate2 leaf) =>
        $"{leaf.ExportCertificatePem()}\n{leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n";

    // Runs a system with everything that it logs, its settings too.
    private static async Task Run(string hocon, List<string> said)
    {
        ActorSystem system = ActorSystem.Create(
            "certificates",
            "akka { loglevel = DEBUG, stdout-loglevel = OFF, loggers = [], log-config-on-start = on }\n" + hocon
        );
        try
        {
            IActorRef listening = system.ActorOf(Props.Create(() => new Listening(said)));
            system.EventStream.Subscribe(listening, typeof(LogEvent));
            await system.Reactor().Started;
            said.Add(system.Settings.ToString());
            said.Add($"{system.Reactor().ListenerDefaults} {system.Reactor().ConnectDefaults}");
            await listening.Ask("everything before", TimeSpan.FromSeconds(20));
        }
        finally
        {
            await system.Terminate().WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static string Listener(string tls) =>
        $"akka.reactor.listeners.x {{ bind = \"tls://127.0.0.1:0\", protocol = \"{Name<ConfiguredListenerSpec.Greets>()}\", tls {{ {tls} }} }}";

    private static async Task<TlsServerOptions> Server(string tls) =>
        Assert.Single((await Read(Listener(tls))).Listeners).Options.Tls!;

    private string Encrypted(string more) =>
        $"certificate = \"{Save("server.pem", _leaf.ExportCertificatePem())}\", key = \"{Save("server.key", EncryptedKey)}\", {more}";

    private string Pkcs12(string more)
    {
        string path = Path.Combine(_folder.FullName, "server.store");
        File.WriteAllBytes(path, _leaf.Export(X509ContentType.Pkcs12, Password));
        return $"certificate = \"{path}\", {more}";
    }

    private string Save(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private sealed class Listening : ReceiveActor
    {
        public Listening(List<string> said)
        {
            Receive<LogEvent>(logged => said.Add($"{logged.Message} {logged.Cause}"));
            Receive<string>(_ => Sender.Tell(said.Count));
        }
    }
}
