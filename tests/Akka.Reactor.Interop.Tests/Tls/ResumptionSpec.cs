using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Authentication;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>Sessions that are resumed: by a client of ours when it connects again, and by OpenSSL's client at a server of ours.</summary>
public sealed class ResumptionSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // SslStream's cache of sessions belongs to the process.
    private readonly string _host = $"resumed-{Guid.NewGuid():N}.test";
    private readonly ActorSystem _system = ActorSystem.Create("resumption", "akka.loglevel = OFF");
    private readonly TempFolder _folder = new();
    private readonly int _port = PeerServer.FreePort();
    private readonly Authority _root;
    private readonly Authority _intermediate;
    private readonly Authority.Identity _identity;
    private readonly string _chain;

    public ResumptionSpec()
    {
        _root = Authority.Root(_folder.Path);
        _intermediate = _root.Intermediate();
        _identity = _intermediate.Issue("server", new Authority.Shape(_host, "127.0.0.1"));
        _chain = _folder.Combine("chain.pem");
        File.WriteAllText(_chain, File.ReadAllText(_identity.Certificate) + File.ReadAllText(_intermediate.File));
    }

    public static TheoryData<string, SslProtocols> Servers
    {
        get
        {
            TheoryData<string, SslProtocols> cases = [];
            foreach (string server in (string[])["openssl", "nginx", "stunnel4", "reactor"])
            {
                cases.Add(server, SslProtocols.Tls12);
                cases.Add(server, SslProtocols.Tls13);
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
        _folder.Dispose();
    }

    /// <summary>The chain is verified again, with the intermediate, which the server does not send again.</summary>
    [PeerTheory("openssl", "nginx", "stunnel4")]
    [MemberData(nameof(Servers))]
    public async Task A_client_that_connects_again_resumes_its_session(string server, SslProtocols version)
    {
        await using IAsyncDisposable running = await Start(server);

        IReadOnlyList<TlsInfo> infos = await ConnectAgain(_host, version);

        Assert.Equal([false, true, true], infos.Select(info => info.Resumed));
        Assert.All(infos, info => Assert.Equal(version, info.Protocol));
        Assert.All(infos, info => Assert.Equal("CN=server", info.PeerCertificate!.Subject));
    }

    /// <summary>SslStream keeps sessions by the name that it sends, and an address is not sent.</summary>
    [Fact]
    public async Task A_session_with_an_address_for_a_name_is_not_resumed()
    {
        await using IAsyncDisposable running = await Start("reactor");

        IReadOnlyList<TlsInfo> infos = await ConnectAgain("127.0.0.1", SslProtocols.Tls13);

        Assert.Equal([false, false, false], infos.Select(info => info.Resumed));
    }

    [PeerFact("openssl")]
    public async Task S_client_that_connects_again_resumes_its_session()
    {
        await using IAsyncDisposable running = await Start("reactor");
        PeerResult result = await SClient("-reconnect", "-tls1_2");

        Assert.Equal(1, Count(result, "New, TLSv1.2"));
        Assert.Equal(5, Count(result, "Reused, TLSv1.2"));
    }

    [PeerTheory("openssl")]
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task S_client_that_has_saved_its_session_resumes_it(string option, string version)
    {
        await using IAsyncDisposable running = await Start("reactor");
        string session = _folder.Combine("session.pem");
        PeerResult first = await SClient(option, "-sess_out", session);
        Assert.Equal(1, Count(first, $"New, {version}"));

        PeerResult second = await SClient(option, "-sess_in", session);
        Assert.Equal(1, Count(second, $"Reused, {version}"));
    }

    // What a client that reconnects knows of its first three connections.
    private async Task<IReadOnlyList<TlsInfo>> ConnectAgain(string host, SslProtocols version)
    {
        TaskCompletionSource<IReadOnlyList<TlsInfo>> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ClientOptions options = new([$"tls://127.0.0.1:{_port}"], Props.Create(() => new Getting(seen)))
        {
            Connect = _system.Reactor().ConnectDefaults with
            {
                Tls = new TlsClientOptions(host)
                {
                    TrustAnchors = TlsTrustAnchors.FromFile(_root.File),
                    Protocols = version,
                },
            },
            Reconnect = new ReconnectOptions
            {
                Policy = new RetryPolicy { MinBackoff = TimeSpan.FromMilliseconds(10), Jitter = 0 },
            },
        };
        await _system.Reactor().StartClient(options).WaitAsync(Patience);
        return await seen.Task.WaitAsync(Patience);
    }

    private static int Count(PeerResult result, string text) => result.Output.Split(text).Length - 1;

    // The answer ends the connection, after the tickets that TLS 1.3 sends behind the handshake.
    private Task<PeerResult> SClient(params string[] more) =>
        PeerProcess.RunWith(
            "GET / HTTP/1.0\r\n\r\n"u8.ToArray(),
            "openssl",
            [
                "s_client",
                "-connect",
                $"127.0.0.1:{_port}",
                "-servername",
                _host,
                "-CAfile",
                _root.File,
                "-verify_return_error",
                "-ign_eof",
                .. more,
            ]
        );

    private async Task<IAsyncDisposable> Start(string server)
    {
        switch (server)
        {
            case "openssl":
                return await PeerServer.Start(
                    _port,
                    "openssl",
                    "s_server",
                    "-accept",
                    $"127.0.0.1:{_port}",
                    "-cert",
                    _identity.Certificate,
                    "-key",
                    _identity.Key,
                    "-cert_chain",
                    _intermediate.File,
                    "-www"
                );
            case "nginx":
                await File.WriteAllTextAsync(
                    _folder.Combine("nginx.conf"),
                    $$"""
                    daemon off;
                    worker_processes 1;
                    pid {{_folder.Path}}/nginx.pid;
                    error_log stderr;
                    events { worker_connections 64; }
                    http {
                      access_log off;
                      server {
                        listen 127.0.0.1:{{_port}} ssl;
                        ssl_certificate {{_chain}};
                        ssl_certificate_key {{_identity.Key}};
                        ssl_protocols TLSv1.2 TLSv1.3;
                        ssl_session_cache shared:sessions:1m;
                        location / { return 200 "hello\n"; }
                      }
                    }
                    """
                );
                return await PeerServer.Start(_port, "nginx", "-c", _folder.Combine("nginx.conf"));
            case "stunnel4":
                int backend = (await Bind("tcp://127.0.0.1:0", tls: null)).Port;
                await File.WriteAllTextAsync(
                    _folder.Combine("stunnel.conf"),
                    $"""
                    foreground = yes
                    pid =
                    [in]
                    accept = 127.0.0.1:{_port}
                    connect = 127.0.0.1:{backend}
                    cert = {_chain}
                    key = {_identity.Key}

                    """
                );
                return await PeerServer.Start(_port, "stunnel4", _folder.Combine("stunnel.conf"));
            default:
                await Bind(
                    $"tls://127.0.0.1:{_port}",
                    new TlsServerOptions(TlsCertificate.FromFiles(_chain, _identity.Key))
                );
                return new Nothing();
        }
    }

    private Task<Bound> Bind(string endPoint, TlsServerOptions? tls) =>
        _system
            .Reactor()
            .Bind(endPoint, Props.Create<Answering>(), _system.Reactor().ListenerDefaults with { Tls = tls })
            .WaitAsync(Patience);

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Asks for a page on each of three connections, which the server ends.</summary>
    private sealed class Getting(TaskCompletionSource<IReadOnlyList<TlsInfo>> seen) : ProtocolActor
    {
        private readonly List<TlsInfo> _infos = [];
        private long _received;

        protected override void OnConnected()
        {
            _infos.Add(Connection.Tls!);
            Write("GET / HTTP/1.0\r\n\r\n"u8);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            _received += data.Length;
            return data.Length;
        }

        protected override void OnPeerFinished()
        {
            if (_received > 0 && _infos.Count == 3)
            {
                seen.TrySetResult([.. _infos]);
            }

            base.OnPeerFinished();
        }
    }

    /// <summary>Answers the empty line that ends a request of HTTP, and closes.</summary>
    private sealed class Answering : LineProtocol
    {
        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            if (line.IsEmpty)
            {
                Write(Encoding.ASCII.GetBytes("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nhello\n"));
                Close();
            }
        }
    }
}
