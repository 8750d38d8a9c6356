using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Relay;

/// <summary>The host's relay between wrk and nginx.</summary>
public sealed class RelayUnderLoadSpec(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly int _port = PeerServer.FreePort();

    public void Dispose() => _folder.Dispose();

    [PeerFact("nginx", "wrk")]
    public async Task No_request_fails()
    {
        await File.WriteAllTextAsync(
            _folder.Combine("nginx.conf"),
            $$"""
            daemon off;
            worker_processes 1;
            pid {{_folder.Path}}/nginx.pid;
            error_log stderr;
            events { worker_connections 4096; }
            http {
              access_log off;
              keepalive_requests 100000000;
              server { listen 127.0.0.1:{{_port}}; location / { return 200 "hello\n"; } }
            }
            """
        );
        await using PeerServer nginx = await PeerServer.Start(_port, "nginx", "-c", _folder.Combine("nginx.conf"));
        await using HostProcess relay = await HostProcess.Start(
            "relay",
            "--listen",
            "127.0.0.1:0",
            "--connect",
            string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{_port}")
        );
        PeerResult result = await PeerProcess.Run(
            "wrk",
            "-t1",
            "-c100",
            string.Create(CultureInfo.InvariantCulture, $"-d{Soak.Scale(3, 20)}s"),
            $"http://{relay.EndPoint("relay")}/"
        );
        output.WriteLine(result.Output);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Requests/sec", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Socket errors", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", result.Output, StringComparison.Ordinal);
    }
}
