using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Protocols;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>Connections through proxies of others, and PROXY headers to a server of others.</summary>
public sealed class ProxyPeersSpec : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly int _port = PeerServer.FreePort();
    private readonly ActorSystem _system = ActorSystem.Create(
        "proxies",
        ConfigurationFactory.ParseString("akka.loglevel = OFF")
    );
    private Bound _echo = null!;

    public async Task InitializeAsync() =>
        _echo = await _system.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<EchoProtocol>()).WaitAsync(Deadline);

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Deadline);
        _folder.Dispose();
    }

    [PeerFact("microsocks")]
    public async Task Through_microsocks()
    {
        await using PeerServer proxy = await PeerServer.Start(_port, "microsocks", "-i", "127.0.0.1", "-p", $"{_port}");
        Assert.Equal("hello", await Echo("hello", "127.0.0.1", $"socks5://127.0.0.1:{_port}"));

        // The name is microsocks' to resolve.
        Assert.Equal("hello", await Echo("hello", "localhost", $"socks5://127.0.0.1:{_port}"));
        ProxyRefusedException refused = await Assert.ThrowsAsync<ProxyRefusedException>(() =>
            Connect($"tcp://127.0.0.1:{PeerServer.FreePort()}", $"socks5://127.0.0.1:{_port}")
        );
        Assert.Equal(5, refused.Code);
    }

    [PeerFact("microsocks")]
    public async Task Through_microsocks_with_a_password()
    {
        await using PeerServer proxy = await PeerServer.Start(
            _port,
            "microsocks",
            "-i",
            "127.0.0.1",
            "-p",
            $"{_port}",
            "-u",
            "alice",
            "-P",
            "secret"
        );
        Assert.Equal("hello", await Echo("hello", "127.0.0.1", $"socks5://alice:secret@127.0.0.1:{_port}"));
        ProxyAuthenticationException wrong = await Assert.ThrowsAsync<ProxyAuthenticationException>(() =>
            Echo("hello", "127.0.0.1", $"socks5://alice:wrong@127.0.0.1:{_port}")
        );
        Assert.DoesNotContain("wrong", wrong.ToString(), StringComparison.Ordinal);
        ProxyAuthenticationException failure = await Assert.ThrowsAsync<ProxyAuthenticationException>(() =>
            Echo("hello", "127.0.0.1", $"socks5://127.0.0.1:{_port}")
        );
        Assert.Equal(0xFF, failure.Code);
    }

    [PeerFact("danted")]
    public async Task Through_dante()
    {
        string file = _folder.Combine("danted.conf");
        await File.WriteAllTextAsync(
            file,
            $$"""
            logoutput: stderr
            internal: 127.0.0.1 port = {{_port}}
            external: lo
            socksmethod: none
            clientmethod: none
            user.privileged: root
            user.unprivileged: nobody
            client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
            socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
            """
        );
        await using PeerServer proxy = await PeerServer.Start(_port, "danted", "-f", file);
        Assert.Equal("hello", await Echo("hello", "127.0.0.1", $"socks5://127.0.0.1:{_port}"));
        Assert.Equal("hello", await Echo("hello", "localhost", $"socks5://127.0.0.1:{_port}"));
    }

    [PeerFact("tinyproxy")]
    public async Task Through_tinyproxy()
    {
        string file = _folder.Combine("tinyproxy.conf");
        await File.WriteAllTextAsync(
            file,
            $"""
            Port {_port}
            Listen 127.0.0.1
            Timeout 60
            BasicAuth alice secret
            """
        );
        await using PeerServer proxy = await PeerServer.Start(_port, "tinyproxy", "-d", "-c", file);
        Assert.Equal("hello", await Echo("hello", "127.0.0.1", $"http://alice:secret@127.0.0.1:{_port}"));
        Assert.Equal("hello", await Echo("hello", "localhost", $"http://alice:secret@127.0.0.1:{_port}"));
        ProxyAuthenticationException wrong = await Assert.ThrowsAsync<ProxyAuthenticationException>(() =>
            Echo("hello", "127.0.0.1", $"http://alice:wrong@127.0.0.1:{_port}")
        );
        Assert.Equal(401, wrong.Code);
    }

    [PeerFact("microsocks", "tinyproxy")]
    public async Task Through_one_after_the_other()
    {
        int inner = PeerServer.FreePort();
        string file = _folder.Combine("tinyproxy.conf");
        await File.WriteAllTextAsync(file, $"Port {inner}\nListen 127.0.0.1\nTimeout 60\n");
        await using PeerServer http = await PeerServer.Start(inner, "tinyproxy", "-d", "-c", file);
        await using PeerServer socks = await PeerServer.Start(_port, "microsocks", "-i", "127.0.0.1", "-p", $"{_port}");
        Assert.Equal(
            "hello",
            await Echo("hello", "localhost", $"socks5://127.0.0.1:{_port}", $"http://localhost:{inner}")
        );
    }

    [PeerTheory("haproxy")]
    [InlineData(ProxyProtocolVersion.V1)]
    [InlineData(ProxyProtocolVersion.V2)]
    public async Task A_PROXY_header_tells_haproxy_who_it_is(ProxyProtocolVersion version)
    {
        await using PeerServer haproxy = await PeerServer.HaproxyThatTellsWho(_port, _folder);
        ProxyProtocolOptions header = new(version)
        {
            Addresses = _ => new ProxyAddresses(IPEndPoint.Parse("192.0.2.7:4711"), IPEndPoint.Parse("192.0.2.8:25")),
        };
        string answer = await Talk(
            $"tcp://127.0.0.1:{_port}",
            new ConnectOptions { Layers = [ProxyProtocol.SenderLayer(header)] },
            "GET / HTTP/1.0\r\n\r\n",
            until: "."
        );
        Assert.EndsWith("from 192.0.2.7:4711 to 192.0.2.8:25.", answer, StringComparison.Ordinal);
    }

    private Task<string> Echo(string text, string host, params string[] proxies) =>
        Talk(
            string.Create(CultureInfo.InvariantCulture, $"tcp://{host}:{_echo.Port}"),
            new ConnectOptions { Proxies = Array.ConvertAll(proxies, Proxy.Parse) },
            text,
            until: text[^1..]
        );

    private Task<ConnectionMade> Connect(string endPoint, string proxy) =>
        _system
            .Reactor()
            .Connect(
                endPoint,
                Props.Create(() => new Talker("", "", new TaskCompletionSource<string>())),
                new ConnectOptions { Proxies = [Proxy.Parse(proxy)] }
            )
            .WaitAsync(Deadline);

    private async Task<string> Talk(string endPoint, ConnectOptions options, string say, string until)
    {
        TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _system
            .Reactor()
            .Connect(endPoint, Props.Create(() => new Talker(say, until, answer)), options)
            .WaitAsync(Deadline);
        return await answer.Task.WaitAsync(Deadline);
    }

    /// <summary>Says something, and takes everything until the answer ends with a text.</summary>
    private sealed class Talker(string say, string until, TaskCompletionSource<string> answer) : ProtocolActor
    {
        private readonly StringBuilder _received = new();

        protected override void OnConnected() => Write(Encoding.ASCII.GetBytes(say));

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            _received.Append(Encoding.ASCII.GetString(data));
            if (_received.ToString().EndsWith(until, StringComparison.Ordinal))
            {
                answer.TrySetResult(_received.ToString());
                Close();
            }

            return data.Length;
        }

        protected override void OnClosed(Closed closed) =>
            answer.TrySetException(new EndOfStreamException($"{closed} after: {_received}"));
    }
}
