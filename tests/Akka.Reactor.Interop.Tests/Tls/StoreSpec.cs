using System;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>A certificate in the user's store, in a home that is made for the test.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class StoreSpec : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Authority _root;

    public StoreSpec() => _root = Authority.Root(_folder.Path);

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    [PeerFact("openssl")]
    public async Task A_listener_takes_its_certificate_from_the_store_by_the_thumbprint()
    {
        Authority.Identity identity = _root.Issue("stored", new Authority.Shape("localhost"));
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(identity.Certificate, identity.Key);
        string store = Path.Combine(_folder.Path, ".dotnet/corefx/cryptography/x509stores/my");
        Directory.CreateDirectory(store);
        Authority.MakePrivate(store);
        string file = Path.Combine(store, $"{certificate.Thumbprint}.pfx");
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12));
        Authority.MakePrivate(file);
        string settings = _folder.Combine("store.conf");
        await File.WriteAllTextAsync(
            settings,
            $$"""
            akka.extensions = ["Akka.Reactor.ReactorExtensionProvider, Akka.Reactor"]
            akka.reactor.listeners.echo {
              bind = "tls://127.0.0.1:0"
              protocol = "Akka.Reactor.Protocols.EchoProtocol, Akka.Reactor.Protocols"
              tls.certificate = "store:CurrentUser/My/{{certificate.Thumbprint.ToLowerInvariant()}}"
            }
            """
        );

        await using HostProcess host = await HostProcess.StartUnder(
            ["env", $"HOME={_folder.Path}"],
            "--config",
            settings
        );
        PeerResult result = await PeerProcess.RunWith(
            [],
            "openssl",
            "s_client",
            "-connect",
            $"127.0.0.1:{host.Port("echo")}",
            "-CAfile",
            _root.File,
            "-verify_hostname",
            "localhost"
        );
        Assert.Contains("subject=CN = stored\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Verify return code: 0 (ok)", result.Output, StringComparison.Ordinal);
    }
}
