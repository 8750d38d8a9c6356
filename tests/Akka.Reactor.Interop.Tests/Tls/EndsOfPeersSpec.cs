using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>
/// Peers that end TLS with close_notify, which is the end of their data, and peers that do not, which truncates them: Python's
/// <c>ssl</c> and stunnel, as client and as server.
/// </summary>
public sealed class EndsOfPeersSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ActorSystem _system = ActorSystem.Create("ends", "akka.loglevel = OFF");
    private readonly TempFolder _folder = new();
    private readonly int _port = PeerServer.FreePort();
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TheoryData<string, string> Ends =>
        new() { { "clean", "the last words, finished, Requested" }, { "cut", "the last words, Truncated" } };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _folder.Dispose();
    }

    [PeerTheory("python3")]
    [MemberData(nameof(Ends))]
    public async Task A_client_of_Python(string how, string expected)
    {
        Bound bound = await Bind("tls://127.0.0.1:0");
        PeerResult peer = await PeerProcess.Run(
            "python3",
            PeerProcess.Script("end_tls.py"),
            "client",
            Text(bound.Port),
            how
        );
        peer.AssertSucceeded();
        Assert.Equal(expected, await _end.Task.WaitAsync(Patience));
    }

    [PeerTheory("python3")]
    [MemberData(nameof(Ends))]
    public async Task A_server_of_Python(string how, string expected)
    {
        await using PeerServer server = await PeerServer.Start(
            _port,
            "python3",
            PeerProcess.Script("end_tls.py"),
            "server",
            Text(_port),
            _folder.Certificate,
            _folder.Key,
            how
        );
        await Connect(_port);
        Assert.Equal(expected, await _end.Task.WaitAsync(Patience));
    }

    /// <summary>What comes to stunnel in the clear goes on to us in TLS; it is cut off when stunnel is killed.</summary>
    [PeerTheory("stunnel4")]
    [MemberData(nameof(Ends))]
    public async Task Stunnel_as_a_client(string how, string expected)
    {
        Bound bound = await Bind("tls://127.0.0.1:0");
        await using PeerServer stunnel = await StartStunnel($"client = yes\nconnect = 127.0.0.1:{bound.Port}\n");
        using RawClient client = await RawClient.Connect(new IPEndPoint(IPAddress.Loopback, _port));
        await client.Send("the last words\n");
        await End(how, client, stunnel);
        Assert.Equal(expected, await _end.Task.WaitAsync(Patience));
    }

    [PeerTheory("stunnel4")]
    [MemberData(nameof(Ends))]
    public async Task Stunnel_as_a_server(string how, string expected)
    {
        // Behind stunnel is a server in the clear, which says its words and waits for the end, or ends.
        Bound backend = await _system
            .Reactor()
            .Bind("tcp://127.0.0.1:0", Props.Create(() => new Speaker(how == "clean")))
            .WaitAsync(Patience);
        await using PeerServer stunnel = await StartStunnel(
            $"connect = 127.0.0.1:{backend.Port}\ncert = {_folder.Certificate}\nkey = {_folder.Key}\n"
        );
        await Connect(_port);
        if (how == "cut")
        {
            await _received.Task.WaitAsync(Patience);
            await stunnel.Stop();
        }

        Assert.Equal(expected, await _end.Task.WaitAsync(Patience));
    }

    private async Task End(string how, RawClient client, PeerServer stunnel)
    {
        await _received.Task.WaitAsync(Patience);
        if (how == "clean")
        {
            client.FinishSending();
        }
        else
        {
            await stunnel.Stop();
        }
    }

    private async Task<PeerServer> StartStunnel(string service)
    {
        string file = _folder.Combine("stunnel.conf");
        await File.WriteAllTextAsync(
            file,
            $"foreground = yes\npid =\n[service]\naccept = 127.0.0.1:{_port}\n{service}"
        );
        return await PeerServer.Start(_port, "stunnel4", file);
    }

    private Task<Bound> Bind(string endPoint)
    {
        ListenerOptions options = _system.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TlsCertificate.FromFiles(_folder.Certificate, _folder.Key)),
        };
        return _system.Reactor().Bind(endPoint, Witness, options).WaitAsync(Patience);
    }

    private Task Connect(int port)
    {
        ConnectOptions options = _system.Reactor().ConnectDefaults with
        {
            Tls = new TlsClientOptions("localhost") { TrustAnchors = TlsTrustAnchors.FromFile(_folder.Certificate) },
        };
        return _system.Reactor().Connect($"tls://127.0.0.1:{port}", Witness, options).WaitAsync(Patience);
    }

    private Props Witness
    {
        get
        {
            (TaskCompletionSource received, TaskCompletionSource<string> end) = (_received, _end);
            return Props.Create(() => new Witnessing(received, end));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reports what it has received, whether the peer has finished, and how the connection has ended.</summary>
    private sealed class Witnessing(TaskCompletionSource received, TaskCompletionSource<string> end) : LineProtocol
    {
        private readonly StringBuilder _seen = new();
        private bool _hasLine;

        protected override void OnLine(ReadOnlySequence<byte> line)
        {
            _seen.Append(Encoding.ASCII.GetString(line));
            _hasLine = true;
            received.TrySetResult();
        }

        protected override void OnPeerFinished()
        {
            _seen.Append(", finished");
            Close();
        }

        protected override void OnClosed(Closed closed)
        {
            // A program that only looks whether the port is open says nothing.
            if (_hasLine)
            {
                end.TrySetResult($"{_seen}, {closed.Reason}");
            }
        }
    }

    private sealed class Speaker(bool ends) : ProtocolActor
    {
        protected override void OnConnected()
        {
            Write("the last words\n"u8);
            if (ends)
            {
                Close();
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }
}
