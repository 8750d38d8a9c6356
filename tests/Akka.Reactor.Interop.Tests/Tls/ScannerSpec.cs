using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>What testssl.sh finds at TLS and at STARTTLS of the host. Usually it tests a part, and in the soak everything.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class ScannerSpec : IDisposable
{
    // The certificate of the test is of an authority that the scanner does not know, which has no list of revoked ones. In the DNS of
    // the machine there is no record for it.
    private static readonly string[] NotOurs =
    [
        "cert_chain_of_trust",
        "cert_revocation",
        "cert_expirationStatus",
        "cert_notAfter",
        "DNS_CAArecord",
    ];

    // Protocols, cipher suites and vulnerabilities: what depends on the program that is tested.
    private static readonly string[] Part = ["--protocols", "--std", "--vulnerable"];

    private static readonly string[] Medium = ["MEDIUM", "HIGH", "CRITICAL"];
    private static readonly string[] Low = ["LOW", .. Medium];

    private readonly TempFolder _folder = new();
    private readonly Authority _root;
    private readonly Authority.Identity _identity;

    public ScannerSpec()
    {
        _root = Authority.Root(_folder.Path);
        _identity = _root.Issue("server", new Authority.Shape("localhost", "127.0.0.1") { RsaBits = 2048, Until = 80 });
    }

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    /// <summary>What is scanned; all of it in the soak.</summary>
    public static TheoryData<string> Kinds =>
        Soak.IsOn ? ["tls", "starttls", "tls1.3 alone", "documented suites"] : ["tls", "documented suites"];

    [PeerTheory("testssl")]
    [MemberData(nameof(Kinds))]
    public async Task By_default_nothing_of_medium_severity_is_found_and_nothing_of_low_with_what_the_documents_say(
        string kind
    )
    {
        (string form, string tls, string settings, string[] severities, string[] part) = kind switch
        {
            "tls" => ("echo", "--tls", "", Medium, Part),
            "starttls" => ("smtp", "--starttls", "", Medium, ["--protocols"]),
            "tls1.3 alone" => (
                "echo",
                "--tls",
                "akka.reactor.tls.protocols = [\"tls1.3\"]",
                Low,
                ["--protocols", "--std"]
            ),
            _ => ("smtp", "--starttls", DocumentedList(), Low, ["--std", "--lucky13"]),
        };
        await using HostProcess host = await Start(form, tls, settings);
        string[] starts = form == "smtp" ? ["-t", "smtp"] : [];
        AssertNothing(severities, await Scan(host.Port(form), Soak.IsOn ? starts : [.. starts, .. part]));
    }

    // The list as the documentation has it.
    private static string DocumentedList()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Akka.Reactor.sln")))
        {
            folder = folder.Parent;
        }

        string text = File.ReadAllText(Path.Combine(folder.FullName, "docs", "configuration.md"));
        int start = text.IndexOf("tls.cipher-suites = [", StringComparison.Ordinal);
        return "akka.reactor." + text[start..(text.IndexOf(']', start) + 1)];
    }

    private static void AssertNothing(string[] severities, IReadOnlyList<Finding> findings)
    {
        Assert.Contains(findings, finding => finding.Severity is "OK" or "INFO");
        Finding[] found =
        [
            .. findings.Where(finding => severities.Contains(finding.Severity) && !NotOurs.Contains(finding.Id)),
        ];
        Assert.True(found.Length == 0, string.Join('\n', found.Select(finding => finding.ToString())));
    }

    private Task<HostProcess> Start(string form, string tls, string settings)
    {
        string file = _folder.Combine("more.conf");
        File.WriteAllText(file, settings);
        string[] maildir = form == "smtp" ? ["--maildir", _folder.Maildir] : [];
        return HostProcess.Start([
            form,
            "--listen",
            "127.0.0.1:0",
            tls,
            _identity.Certificate,
            _identity.Key,
            "--config",
            file,
            .. maildir,
        ]);
    }

    // The scanner's exit code is a sum of its findings. Its time limits are for a busy machine.
    private async Task<IReadOnlyList<Finding>> Scan(string port, string[] options)
    {
        string file = _folder.Combine("findings.json");
        PeerResult result = await PeerProcess.Run(
            "testssl",
            [
                "--warnings",
                "batch",
                "--color",
                "0",
                "--nodns",
                "none",
                "--connect-timeout",
                "30",
                "--openssl-timeout",
                "30",
                "--jsonfile",
                file,
                .. options,
                $"127.0.0.1:{port}",
            ]
        );
        Assert.True(File.Exists(file), result.Output + result.Errors);
        return JsonSerializer.Deserialize<Finding[]>(
            await File.ReadAllTextAsync(file),
            new JsonSerializerOptions(JsonSerializerDefaults.Web)
        )!;
    }

    private sealed record Finding(string Id, string Severity)
    {
        [System.Text.Json.Serialization.JsonPropertyName("finding")]
        public string? Text { get; init; }

        public override string ToString() => $"{Severity} {Id}: {Text}";
    }
}
