using System;
using System.Globalization;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>A redis-server that has on disk what it has answered, and can be killed and started again.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private PeerServer? _server;

    internal int Port { get; } = PeerServer.FreePort();

    /// <summary>Returns once it accepts connections.</summary>
    internal async Task Start()
    {
        string[] arguments =
        [
            "--port",
            Port.ToString(CultureInfo.InvariantCulture),
            "--bind",
            "127.0.0.1",
            "--dir",
            _folder.Path,
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
        ];
        _server = await PeerServer.Start(Port, "redis-server", arguments);
    }

    /// <summary>With SIGKILL.</summary>
    internal async Task Kill()
    {
        // Held up first, so that commands are under way when it dies, however fast it is.
        HostProcess.SignalTo(_server!.Id, HostProcess.Stop);
        await Pause.For(TimeSpan.FromMilliseconds(100), "commands are sent to the server that is held up");
        await _server.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await Kill();
        }

        _folder.Dispose();
    }
}
