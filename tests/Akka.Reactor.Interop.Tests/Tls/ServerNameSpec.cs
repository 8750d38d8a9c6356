using System;
using System.Buffers;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>The certificate that OpenSSL's client gets for the name that it asks for.</summary>
public sealed class ServerNameSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly Authority _root;
    private ActorSystem? _system;

    public ServerNameSpec() => _root = Authority.Root(_folder.Path);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.Terminate().WaitAsync(Patience);
        }

        _root.Dispose();
        _folder.Dispose();
    }

    [PeerTheory("openssl")]
    [InlineData("off", "a.example", "a")]
    [InlineData("off", "x.b.example", "b")]
    [InlineData("off", "unknown.example", "default")]
    [InlineData("off", null, "default")]
    [InlineData("on", "a.example", "a")]
    [InlineData("on", "unknown.example", null)]
    [InlineData("on", null, null)]
    public async Task S_client_gets_the_certificate_of_its_servername(string strict, string? name, string? expected)
    {
        string settings =
            $"{Files("default", "default.example")}, strict-sni = {strict}, certificates = ["
            + $"{{ names = [a.example], {Files("a", "a.example")} }}, {{ names = [\"*.b.example\"], {Files("b", "*.b.example")} }}]";
        _system = ActorSystem.Create(
            "names",
            $"akka.loglevel = OFF\nakka.reactor.listeners.x {{ bind = \"tls://127.0.0.1:0\", "
                + $"protocol = \"{typeof(Ending).FullName}, {typeof(Ending).Assembly.GetName().Name}\", tls {{ {settings} }} }}"
        );
        Bound bound = Assert.Single(await _system.Reactor().Started.WaitAsync(Patience));

        string[] asked = name is null ? ["-noservername"] : ["-servername", name];
        PeerResult result = await PeerProcess.RunWith(
            [],
            "openssl",
            ["s_client", "-connect", $"127.0.0.1:{bound.Port}", "-CAfile", _root.File, .. asked]
        );

        if (expected is null)
        {
            Assert.Contains("unrecognized name", result.Errors, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains($"subject=CN = {expected}\n", result.Output, StringComparison.Ordinal);
            Assert.Contains("Verify return code: 0 (ok)", result.Output, StringComparison.Ordinal);
        }
    }

    private string Files(string name, string host)
    {
        Authority.Identity identity = _root.Issue(name, new Authority.Shape(host));
        return $"certificate = \"{identity.Certificate}\", key = \"{identity.Key}\"";
    }

    /// <summary>Closes when it is connected.</summary>
    public sealed class Ending : ProtocolActor
    {
        protected override void OnConnected() => Close();

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }
}
