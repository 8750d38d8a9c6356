using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>
/// Which certificates of OpenSSL's <c>s_server</c> and <c>s_client</c> are accepted, and which are refused with a
/// <see cref="TlsCertificateException"/> that names the reason, before any byte of the protocol.
/// </summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class CertificateMatrixSpec : IAsyncLifetime
{
    private const string Host = "server.test";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The case, the name that the client wants, and what is said about the certificate; null if it is accepted.
    private static readonly (string Case, string Wanted, string? Problem)[] Servers =
    [
        ("ec", Host, null),
        ("rsa-2048", Host, null),
        ("rsa-4096", Host, null),
        ("with-intermediate", Host, null),
        ("wildcard", "mail.wild.test", null),
        ("address", "127.0.0.1", null),
        ("self-signed", Host, "it is self-signed and is not among the trust anchors (UntrustedRoot)"),
        ("ec", "other.test", "it is valid for server.test, not for other.test"),
        ("wildcard", "a.b.wild.test", "it is valid for *.wild.test, not for a.b.wild.test"),
        ("ec", "127.0.0.1", "it is valid for server.test, not for 127.0.0.1"),
        ("expired", Host, "it has expired: it was valid until "),
        ("not-yet-valid", Host, "it is not valid yet: it is valid from "),
        ("unknown-authority", Host, "CN=stranger, which is not among the trust anchors (UntrustedRoot)"),
        (
            "missing-intermediate",
            Host,
            "issuer CN=intermediate was not sent and is not among the trust anchors (PartialChain)"
        ),
        ("for-clients", Host, "it must not be used for servers (extended key usage) (NotValidForUsage)"),
        ("subject-only", Host, "it has no subject alternative name, and its subject is not used as a name"),
    ];

    private static readonly (string Case, string? Problem)[] Clients =
    [
        ("for-clients", null),
        ("client-with-intermediate", null),
        ("self-signed-client", "it is self-signed and is not among the trust anchors (UntrustedRoot)"),
        ("expired-client", "it has expired: it was valid until "),
        ("client-missing-intermediate", "(PartialChain)"),
        ("ec", "it must not be used for clients (extended key usage) (NotValidForUsage)"),
        ("none", "there is none"),
    ];

    private readonly ActorSystem _system = ActorSystem.Create("matrix", "akka.loglevel = OFF");
    private readonly TempFolder _folder = new();
    private readonly Authority _root;
    private readonly Authority _intermediate;
    private readonly Authority _stranger;

    public CertificateMatrixSpec()
    {
        _root = Authority.Root(_folder.Path);
        _intermediate = _root.Intermediate();
        _stranger = Authority.Root(_folder.Path, "stranger");
    }

    public static TheoryData<string, string, string?, string> ServerCases
    {
        get
        {
            TheoryData<string, string, string?, string> cases = [];
            foreach ((string name, string wanted, string? problem) in Servers)
            {
                cases.Add(name, wanted, problem, "-tls1_3");
                cases.Add(name, wanted, problem, "-tls1_2");
            }

            return cases;
        }
    }

    public static TheoryData<string, string?, string> ClientCases
    {
        get
        {
            TheoryData<string, string?, string> cases = [];
            foreach ((string name, string? problem) in Clients)
            {
                cases.Add(name, problem, "-tls1_3");
                cases.Add(name, problem, "-tls1_2");
            }

            return cases;
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _root.Dispose();
        _intermediate.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [PeerTheory("openssl")]
    [MemberData(nameof(ServerCases))]
    public async Task A_client_of_ours_at_s_server(string certificate, string wanted, string? problem, string version)
    {
        int port = PeerServer.FreePort();
        await using PeerServer server = await StartServer(port, certificate, version);

        TlsCertificateException? refusal = await Greet(port, wanted, TlsTrustAnchors.FromFile(_root.File));

        Assert.Equal(
            problem is null,
            (await server.Stop()).Contains("hello from the client", StringComparison.Ordinal)
        );
        AssertProblem(problem, refusal);
    }

    [PeerTheory("openssl")]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public async Task Trust_anchors_that_are_replaced_while_the_client_runs(string version)
    {
        int port = PeerServer.FreePort();
        await using PeerServer server = await StartServer(port, "ec", version);
        string file = _folder.Combine("anchors.pem");
        File.Copy(_root.File, file);
        var anchors = TlsTrustAnchors.FromFile(file);
        Assert.Null(await Greet(port, Host, anchors));
        Assert.Null(await Greet(port, Host, anchors)); // Resumes the session of the first connection.

        File.Copy(_stranger.File, file, overwrite: true);
        Assert.Empty(await _system.Reactor().ReloadCertificates());

        AssertProblem("is not among the trust anchors", await Greet(port, Host, anchors));
        Assert.Equal(2, (await server.Stop()).Split("hello from the client").Length - 1);
    }

    [PeerTheory("openssl")]
    [MemberData(nameof(ClientCases))]
    public async Task S_client_at_a_server_of_ours(string certificate, string? problem, string version)
    {
        Authority.Identity own = Issue("with-intermediate");
        TaskCompletionSource<Closed?> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string chain = _folder.Combine("chain.pem");
        await File.WriteAllTextAsync(
            chain,
            await File.ReadAllTextAsync(own.Certificate) + await File.ReadAllTextAsync(_intermediate.File)
        );
        ListenerOptions options = _system.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TlsCertificate.FromFiles(chain, own.Key))
            {
                ClientCertificates = TlsClientCertificateMode.Require,
                ClientTrustAnchors = TlsTrustAnchors.FromFile(_root.File),
            },
        };
        Bound bound = await _system
            .Reactor()
            .Bind("tls://127.0.0.1:0", Props.Create(() => new Greeted(end)), options)
            .WaitAsync(Patience);

        List<string> arguments =
        [
            "s_client",
            "-connect",
            $"127.0.0.1:{bound.Port}",
            "-servername",
            Host,
            "-verify_hostname",
            Host,
            "-verify_return_error",
            "-CAfile",
            _root.File,
            "-quiet",
            version,
        ];
        if (certificate != "none")
        {
            Authority.Identity shown = Issue(certificate);
            arguments.AddRange(["-cert", shown.Certificate, "-key", shown.Key]);
            if (certificate.EndsWith("with-intermediate", StringComparison.Ordinal))
            {
                arguments.AddRange(["-cert_chain", _intermediate.File]);
            }
        }

        PeerResult peer = await PeerProcess.RunWith("hello from the client\n"u8.ToArray(), "openssl", [.. arguments]);
        Closed? closed = await end.Task.WaitAsync(Patience);
        AssertProblem(problem, closed?.Cause as TlsCertificateException);
        Assert.True(
            problem is not null || peer.Output.Contains("hello from the server", StringComparison.Ordinal),
            peer.Errors
        );
    }

    private static void AssertProblem(string? problem, TlsCertificateException? refusal)
    {
        if (problem is null)
        {
            Assert.Null(refusal);
        }
        else
        {
            Assert.NotNull(refusal);
            Assert.Contains(problem, refusal.Problem, StringComparison.Ordinal);
        }
    }

    private Authority.Identity Issue(string name)
    {
        Authority.Shape server = new(Host);
        Authority.Shape client = new("client.test") { Usage = Authority.ForClients };
        Authority issuer =
            name.EndsWith("intermediate", StringComparison.Ordinal) ? _intermediate
            : name == "unknown-authority" ? _stranger
            : _root;
        return issuer.Issue(
            name,
            name switch
            {
                "rsa-2048" => server with { RsaBits = 2048 },
                "rsa-4096" => server with { RsaBits = 4096 },
                "wildcard" => new Authority.Shape("*.wild.test"),
                "address" => new Authority.Shape("127.0.0.1"),
                "self-signed" => server with { SelfSigned = true },
                "expired" => server with { From = -20, Until = -10 },
                "not-yet-valid" => server with { From = 10, Until = 20 },
                "subject-only" => new Authority.Shape { CommonName = Host },
                "for-clients" => server with { Usage = Authority.ForClients },
                "self-signed-client" => client with { SelfSigned = true },
                "expired-client" => client with { From = -20, Until = -10 },
                "client-with-intermediate" or "client-missing-intermediate" => client,
                _ => server,
            }
        );
    }

    // What s_server reads from its standard input, it sends to the client; at the end of the input it would end.
    private Task<PeerServer> StartServer(int port, string certificate, string version)
    {
        Authority.Identity identity = Issue(certificate);
        string chain = certificate switch
        {
            "with-intermediate" => $"-cert_chain '{_intermediate.File}'",
            "unknown-authority" => $"-cert_chain '{_stranger.File}'",
            _ => "",
        };
        return PeerServer.Start(
            port,
            "sh",
            "-c",
            $"tail -f /dev/null | openssl s_server -accept 127.0.0.1:{port} -cert '{identity.Certificate}' -key '{identity.Key}' {chain} -quiet {version}"
        );
    }

    // Connects, says hello, and closes.
    private async Task<TlsCertificateException?> Greet(int port, string wanted, TlsTrustAnchors anchors)
    {
        TaskCompletionSource<Closed?> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectOptions options = _system.Reactor().ConnectDefaults with
        {
            Tls = new TlsClientOptions(wanted) { TrustAnchors = anchors },
        };
        try
        {
            await _system
                .Reactor()
                .Connect($"tls://127.0.0.1:{port}", Props.Create(() => new Greeting(end)), options)
                .WaitAsync(Patience);
        }
        catch (TlsCertificateException refusal)
        {
            return refusal;
        }

        Assert.Null((await end.Task.WaitAsync(Patience))!.Cause);
        return null;
    }

    private sealed class Greeting(TaskCompletionSource<Closed?> end) : ProtocolActor
    {
        protected override void OnConnected()
        {
            Write("hello from the client\n"u8);
            Close();
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnClosed(Closed closed) => end.TrySetResult(closed);
    }

    // Answers the client's line, and reports that there was one, or how the connection has ended without any.
    private sealed class Greeted(TaskCompletionSource<Closed?> end) : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            end.TrySetResult(null);
            Write("hello from the server\n"u8);
            Close();
        }

        protected override void OnNotConnected(Closed closed) => end.TrySetResult(closed);

        protected override void OnClosed(Closed closed) => end.TrySetResult(closed);
    }
}
