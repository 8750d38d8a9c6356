using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>A listener behind haproxy and nginx, which send PROXY headers and relay real traffic.</summary>
public sealed class BehindProxySpec : IAsyncLifetime
{
    // The proxy has this address for the listener, and the client has another one.
    private const string Proxy = "127.0.0.5";
    private const string Client = "127.0.0.7";

    // Of Debian's package libnginx-mod-stream.
    private const string NginxStream = "/usr/lib/nginx/modules/ngx_stream_module.so";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly int _port = PeerServer.FreePort();
    private readonly CancellationTokenSource _late = new(Deadline);
    private ActorSystem _system = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Deadline);
        _folder.Dispose();
        _late.Dispose();
    }

    [PeerTheory("haproxy")]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    public async Task The_client_is_seen_through_haproxy(string header)
    {
        await using PeerServer haproxy = await StartHaproxy("", header, tls: false);
        using Socket socket = await Connect();
        await using NetworkStream stream = new(socket);
        Assert.Equal(
            $"{socket.LocalEndPoint} > 127.0.0.1:{_port} through {Proxy} alpn: authority: id: ssl:",
            await Read(stream)
        );
        await Echo(stream);
    }

    [PeerTheory("haproxy")]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    public async Task TLS_with_the_client_is_above_haproxy_s_header(string header)
    {
        await using PeerServer haproxy = await StartHaproxy("", header, tls: true);
        using Socket socket = await Connect();
        await using SslStream stream = await StartTls(socket);
        Assert.StartsWith(
            $"{socket.LocalEndPoint} > 127.0.0.1:{_port} through ",
            await Read(stream),
            StringComparison.Ordinal
        );
        await Echo(stream);
    }

    [PeerFact("haproxy")]
    public async Task What_haproxy_says_of_its_TLS_with_the_client_is_there_with_a_CRC32c_that_is_right()
    {
        string pem = _folder.Combine("haproxy.pem");
        await File.WriteAllTextAsync(
            pem,
            await File.ReadAllTextAsync(_folder.Certificate) + await File.ReadAllTextAsync(_folder.Key)
        );
        await using PeerServer haproxy = await StartHaproxy(
            $"ssl crt {pem} alpn h9",
            "send-proxy-v2 proxy-v2-options ssl,authority,crc32c,unique-id",
            tls: false
        );
        using Socket socket = await Connect();
        await using SslStream stream = await StartTls(socket, new SslApplicationProtocol("h9"));
        string answer = await Read(stream);
        Assert.StartsWith(
            $"{socket.LocalEndPoint} > 127.0.0.1:{_port} through {Proxy} alpn:h9 ",
            answer,
            StringComparison.Ordinal
        );
        Assert.Contains(" authority:localhost id:connection-", answer, StringComparison.Ordinal);

        // PP2_CLIENT_SSL: the client has connected over TLS.
        Assert.Contains(" ssl:\u0001", answer, StringComparison.Ordinal);
        await Echo(stream);
    }

    [PeerTheory("nginx", NginxStream)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_client_is_seen_through_nginx(bool tls)
    {
        await using PeerServer nginx = await StartNginx(tls);
        using Socket socket = await Connect();
        await using Stream stream = tls ? await StartTls(socket) : new NetworkStream(socket);
        Assert.StartsWith(
            $"{socket.LocalEndPoint} > 127.0.0.1:{_port} through {Proxy} ",
            await Read(stream),
            StringComparison.Ordinal
        );
        await Echo(stream);
    }

    private async Task<int> StartListener(bool tls)
    {
        _system = ActorSystem.Create(
            "behind-proxy",
            ConfigurationFactory.ParseString(
                $$"""
                akka.loglevel = OFF
                akka.reactor.listeners.teller {
                  bind = "tcp://127.0.0.1:0"
                  protocol = "{{typeof(Teller).AssemblyQualifiedName}}"
                  layers = [{{(tls ? "proxy-protocol, tls" : "proxy-protocol")}}]
                  proxy-protocol.trusted = "{{Proxy}}"
                  tls { certificate = "{{_folder.Certificate}}", key = "{{_folder.Key}}" }
                }
                """
            )
        );
        return Assert.Single(await _system.Reactor().Started.WaitAsync(Deadline)).Port;
    }

    private async Task<PeerServer> StartHaproxy(string bind, string header, bool tls)
    {
        int behind = await StartListener(tls);
        string file = _folder.Combine("haproxy.cfg");
        await File.WriteAllTextAsync(
            file,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                defaults
                  mode tcp
                  timeout client 20s
                  timeout connect 10s
                  timeout server 20s
                  unique-id-format connection-%pid-%rt
                listen in
                  bind 127.0.0.1:{_port} {bind}
                  server ours 127.0.0.1:{behind} source {Proxy} {header}

                """
            )
        );
        return await PeerServer.Start(_port, "haproxy", "-db", "-f", file);
    }

    private async Task<PeerServer> StartNginx(bool tls)
    {
        int behind = await StartListener(tls);
        string file = _folder.Combine("nginx.conf");
        await File.WriteAllTextAsync(
            file,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                load_module {{NginxStream}};
                daemon off;
                master_process off;
                pid {{_folder.Combine("nginx.pid")}};
                error_log stderr;
                events { }
                stream {
                  server {
                    listen 127.0.0.1:{{_port}};
                    proxy_pass 127.0.0.1:{{behind}};
                    proxy_bind {{Proxy}};
                    proxy_protocol on;
                  }
                }
                """
            )
        );
        return await PeerServer.Start(_port, "nginx", "-e", "stderr", "-c", file);
    }

    private async Task<Socket> Connect()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Client), 0));
        await socket.ConnectAsync(IPAddress.Loopback, _port, _late.Token);
        return socket;
    }

    private async Task<SslStream> StartTls(Socket socket, params SslApplicationProtocol[] protocols)
    {
        SslStream stream = new(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [.. protocols],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            _late.Token
        );
        return stream;
    }

    private async Task<string> Read(Stream stream)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _late.Token) == 1 && one[0] != '\n')
        {
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    // More than the buffers on the way hold.
    private async Task Echo(Stream stream)
    {
        byte[] sent = [.. Enumerable.Range(0, 2_000_000).Select(i => (byte)(i * 7 % 251))];
        byte[] received = new byte[sent.Length];
        Task sending = stream.WriteAsync(sent, _late.Token).AsTask();
        await stream.ReadExactlyAsync(received, _late.Token);
        await sending;
        Assert.True(received.AsSpan().SequenceEqual(sent));
    }

    /// <summary>Says whom it sees, and echoes.</summary>
    public sealed class Teller : ProtocolActor
    {
        protected override void OnConnected()
        {
            ProxyInfo info = Connection.Proxied!;
            string line =
                $"{Connection.Remote} > {Connection.Local} through {((IPEndPoint)info.RealRemote).Address} "
                + $"alpn:{Text(info.Alpn)} authority:{Text(info.Authority)} id:{Text(info.UniqueId)} ssl:{Text(info.Ssl)}";
            Write(Encoding.Latin1.GetBytes(line.Replace('\n', '.') + "\n"));
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }

        private static string Text(ReadOnlyMemory<byte>? value) =>
            Encoding.Latin1.GetString(value.GetValueOrDefault().Span);
    }
}
