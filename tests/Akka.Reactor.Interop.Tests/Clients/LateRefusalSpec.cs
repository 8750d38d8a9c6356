using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>A client without a certificate at an OpenSSL server that requires one, which it says when the client is connected.</summary>
public sealed class LateRefusalSpec : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly int _port = PeerServer.FreePort();
    private readonly ActorSystem _system = ActorSystem.Create(
        "refused",
        ConfigurationFactory.ParseString("akka.loglevel = OFF")
    );

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Deadline);
        _folder.Dispose();
    }

    /// <summary>However short the time in which a connection proves useful: this one never does.</summary>
    [PeerTheory("openssl")]
    [InlineData("-tls1_3", 30_000)]
    [InlineData("-tls1_3", 1)]
    [InlineData("-tls1_2", 30_000)]
    public async Task Every_refusal_counts_and_the_wait_grows(string version, int resetAfter)
    {
        await using PeerServer server = await PeerServer.Start(
            _port,
            "openssl",
            "s_server",
            "-accept",
            $"127.0.0.1:{_port}",
            "-cert",
            _folder.Certificate,
            "-key",
            _folder.Key,
            "-Verify",
            "1",
            "-verify_return_error",
            "-www",
            version
        );
        TaskCompletionSource<IReadOnlyList<object>> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ClientOptions options = new([$"tls://127.0.0.1:{_port}"], Props.Create(() => new Refused(seen)))
        {
            Connect = _system.Reactor().ConnectDefaults with
            {
                Tls = new TlsClientOptions { Verify = TlsVerification.NoneDangerous },
            },
            Reconnect = new ReconnectOptions
            {
                Policy = new RetryPolicy { MinBackoff = TimeSpan.FromMilliseconds(50), Jitter = 0 },
                ResetAfter = TimeSpan.FromMilliseconds(resetAfter),
            },
        };
        await _system.Reactor().StartClient(options).WaitAsync(Deadline);
        IReadOnlyList<object> events = await seen.Task.WaitAsync(Deadline);
        Assert.Equal([1, 2, 3, 4], events.OfType<Connecting>().Select(connecting => connecting.Attempt));
        Disconnected[] losses = [.. events.OfType<Disconnected>()];
        Assert.All(losses, loss => Assert.False(Assert.IsType<TlsAlertException>(loss.Cause).Sent));
        Assert.Equal([50, 100, 200], losses.Select(loss => loss.RetryIn!.Value.TotalMilliseconds));
    }

    private sealed class Refused(TaskCompletionSource<IReadOnlyList<object>> seen) : ProtocolActor
    {
        private readonly List<object> _events = [];

        protected override void OnConnecting(Connecting connecting)
        {
            _events.Add(connecting);
            if (connecting.Attempt == 4)
            {
                seen.TrySetResult([.. _events]);
            }
        }

        protected override void OnDisconnected(Disconnected disconnected) => _events.Add(disconnected);

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }
}
