using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>How the sample's Redis client ends when it cannot do its work.</summary>
public sealed class RedisProgramSpec : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "ReconnectingClient.dll");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Who_gives_up_says_why()
    {
        await using HostProcess server = await HostProcess.Start(
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--tls",
            _folder.Certificate,
            _folder.Key
        );
        (int exitCode, _, string errors) = await HostProcess.RunProgram(
            s_program,
            "--server",
            $"tls://{server.EndPoint("echo")}"
        );
        Assert.Equal(1, exitCode);
        Assert.Contains("ReconnectingClient: ", errors, StringComparison.Ordinal);
        Assert.Contains("certificate", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("tcp://127.0.0.1:1\", protocol = \"x")]
    [InlineData("tcp://127.0.0.1:1\nakka.reactor.selectors = 99")]
    public async Task A_server_that_is_none_is_named(string server)
    {
        (int exitCode, _, string errors) = await HostProcess.RunProgram(s_program, "--server", server);
        Assert.Equal(2, exitCode);
        Assert.Contains("clients.redis.connect", errors, StringComparison.Ordinal);
        Assert.Contains(server.Split('\n')[0], errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }
}
