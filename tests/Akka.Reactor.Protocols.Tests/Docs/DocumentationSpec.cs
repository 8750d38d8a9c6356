using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.ThirdParty.Tests.Guestbook;
using Xunit;

namespace Akka.Reactor.Protocols.Tests.Docs;

/// <summary>What the documentation shows compiles, and what it configures starts.</summary>
public sealed partial class DocumentationSpec : IDisposable
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../../.."));

    // Where what the documentation shows is compiled.
    private static readonly string[] Compiled =
    [
        "Snippets.cs",
        "../../Akka.Reactor.Packages.Tests/FirstProject/Program.cs",
        "../../Akka.Reactor.TestKit.Tests/Docs/TestingSnippets.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Guestbook/Host.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Guestbook/Guest.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Guestbook/Rot13.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Guestbook/Ticket.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Guestbook/HostsResolver.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Guestbook/NotAuthorised.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Lookup.cs",
        "../../Akka.Reactor.Hosting.Tests/HostingSnippets.cs",
        "../../Akka.Reactor.ThirdParty.Tests/Store.cs",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("akka-reactor-docs-").FullName;

    public static TheoryData<string> CSharp => Blocks("csharp");

    public static TheoryData<string> Hocon => Blocks("hocon");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(CSharp))]
    public void Every_snippet_is_one_that_is_compiled(string block) =>
        Assert.Contains(
            Normalize(block),
            Normalize(string.Concat(Compiled.Select(file => File.ReadAllText(Path.Combine(Here(), file))))),
            StringComparison.Ordinal
        );

    [Theory]
    [MemberData(nameof(Hocon))]
    public async Task Every_configuration_starts(string block)
    {
        string configuration = PortRegex()
            .Replace(block, "bind = \"${scheme}://127.0.0.1:0\"")
            .Replace("MyApp.Shout, MyApp", typeof(Shout).AssemblyQualifiedName, StringComparison.Ordinal)
            .Replace("MyApp.Relay, MyApp", typeof(Relay).AssemblyQualifiedName, StringComparison.Ordinal)
            .Replace("MyApp.Host, MyApp", typeof(Host).AssemblyQualifiedName, StringComparison.Ordinal)
            .Replace("MyApp.Guest, MyApp", typeof(Guest).AssemblyQualifiedName, StringComparison.Ordinal)
            .Replace("MyApp.Ticket, MyApp", typeof(Ticket).AssemblyQualifiedName, StringComparison.Ordinal)
            .Replace("MyApp.Rot13, MyApp", typeof(Rot13).AssemblyQualifiedName, StringComparison.Ordinal)
            .Replace(
                "MyApp.HostsResolver, MyApp",
                typeof(HostsResolver).AssemblyQualifiedName,
                StringComparison.Ordinal
            )
            .Replace("\"certs/", "\"", StringComparison.Ordinal)
            .Replace("\"server.", $"\"{_folder}/server.", StringComparison.Ordinal)
            .Replace("\"ca.", $"\"{_folder}/ca.", StringComparison.Ordinal);
        WriteCertificate();
        ActorSystem system = ActorSystem.Create("docs", ConfigurationFactory.ParseString(configuration));
        try
        {
            IReadOnlyList<Bound> bound = await system.Reactor().Started.WaitAsync(TimeSpan.FromSeconds(20));
            IReadOnlyList<ClientStarted> clients = await system
                .Reactor()
                .ClientsStarted.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.NotEqual(0, bound.Count + clients.Count);
        }
        finally
        {
            await system.Terminate().WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        foreach (string file in Documents())
        {
            foreach (Match link in LinkRegex().Matches(File.ReadAllText(file)))
            {
                string target = Path.Combine(Path.GetDirectoryName(file)!, link.Groups["target"].Value);
                Assert.True(Path.Exists(target), $"{file} links to {link.Groups["target"].Value}");
            }
        }
    }

    private void WriteCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "ca.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static TheoryData<string> Blocks(string language)
    {
        // The READMEs of the packages show some of what the documentation shows.
        HashSet<string> blocks = new(StringComparer.Ordinal);
        foreach (string file in Documents())
        {
            foreach (Match block in BlockRegex().Matches(File.ReadAllText(file)))
            {
                if (block.Groups["language"].Value == language)
                {
                    blocks.Add(block.Groups["text"].Value);
                }
            }
        }

        return [.. blocks];
    }

    private static IEnumerable<string> Documents() =>
        Directory
            .EnumerateFiles(Root, "*.md")
            .Concat(
                ((string[])["docs", "src", "samples", "benchmarks"])
                    .Select(folder => Path.Combine(Root, folder))
                    .Where(Directory.Exists)
                    .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            );

    private static string Normalize(string code) => SpaceRegex().Replace(code, " ").Trim();

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(
        "```(?<language>\\w+)\\n(?<text>.*?)```",
        RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex BlockRegex();

    [GeneratedRegex(
        "\\]\\((?!https?:)(?<target>[^)#]+)",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex LinkRegex();

    [GeneratedRegex("\\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex SpaceRegex();

    [GeneratedRegex(
        "bind = \"(?<scheme>tcp|tls)://[^\"]*\"",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex PortRegex();
}
