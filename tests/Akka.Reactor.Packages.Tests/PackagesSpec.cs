using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using System.Xml.Linq;
using Xunit;

namespace Akka.Reactor.Packages.Tests;

/// <summary>What <c>dotnet pack</c> makes of this tree, and an application that has nothing but these packages.</summary>
public sealed partial class PackagesSpec(PackedTree packed) : IClassFixture<PackedTree>
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    // With the packages that each depends on, all of them.
    private static readonly Dictionary<string, string[]> Dependencies = new(StringComparer.Ordinal)
    {
        ["Akka.Reactor"] = ["Akka [1.5.71, 1.6.0)"],
        ["Akka.Reactor.Hosting"] =
        [
            "Akka [1.5.71, 1.6.0)",
            "Akka.Hosting [1.5.71, 1.6.0)",
            $"Akka.Reactor [{PackedTree.Version}]",
        ],
        ["Akka.Reactor.Protocols"] = ["Akka [1.5.71, 1.6.0)", $"Akka.Reactor [{PackedTree.Version}]"],
        ["Akka.Reactor.TestKit"] = ["Akka [1.5.71, 1.6.0)", $"Akka.Reactor [{PackedTree.Version}]"],
    };

    public static TheoryData<string> Ids => [.. Dependencies.Keys];

    [Fact]
    public void Packing_warns_of_nothing_and_makes_these_packages_only()
    {
        Assert.DoesNotContain("warning", packed.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            Dependencies.Keys.Select(id => Path.GetFileName(packed.Package(id))).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(packed.Feed, "*.nupkg").Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_says_what_it_is_and_needs(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(packed.Package(id));
        XElement metadata = Metadata(package, id);
        Assert.Equal(id, Value(metadata, "id"));
        Assert.Equal("Apache-2.0", Value(metadata, "license"));
        Assert.True(Value(metadata, "description").Length > 60);
        Assert.Contains("akka", Value(metadata, "tags"), StringComparison.Ordinal);
        Assert.EndsWith("CHANGELOG.md", Value(metadata, "releaseNotes"), StringComparison.Ordinal);

        XElement repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
        Assert.Equal("git", repository.Attribute("type")?.Value);
        Assert.Equal(Value(metadata, "projectUrl"), repository.Attribute("url")?.Value);

        Assert.Equal(
            Dependencies[id],
            metadata
                .Descendants()
                .Where(element => element.Name.LocalName == "dependency")
                .Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}")
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_has_an_icon_and_a_readme_whose_links_lead_out_of_it(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(packed.Package(id));
        XElement metadata = Metadata(package, id);
        byte[] icon = Bytes(package, Value(metadata, "icon"));
        Assert.Equal("\u0089PNG", string.Concat(icon.Take(4).Select(value => (char)value)));

        string readme = System.Text.Encoding.UTF8.GetString(Bytes(package, Value(metadata, "readme")));
        Assert.StartsWith($"# {id}\n", readme, StringComparison.Ordinal);
        Assert.Contains($"dotnet add package {id}\n", readme, StringComparison.Ordinal);
        Assert.NotEmpty(LinkRegex().Matches(readme));
        Assert.All(
            LinkRegex().Matches(readme),
            link => Assert.StartsWith("https://", link.Groups["target"].Value, StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_documentation_is_that_of_the_public_members(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(packed.Package(id));
        string library = Path.Combine(packed.Folder, $"{id}.dll");
        File.WriteAllBytes(library, Bytes(package, $"lib/net10.0/{id}.dll"));
        using MetadataLoadContext context = new(new PathAssemblyResolver(Libraries().Append(library)));
        Type[] types = context.LoadFromAssemblyPath(library).GetTypes();
        var visible = types
            .Where(type => type.IsVisible)
            .ToDictionary(type => type.FullName!.Replace('+', '.'), StringComparer.Ordinal);

        using Stream stream = package.GetEntry($"lib/net10.0/{id}.xml")!.Open();
        string[] documented =
        [
            .. XDocument.Load(stream).Descendants("member").Select(member => member.Attribute("name")!.Value),
        ];

        // Every visible type, and of its members only such as have a visible one of this name.
        Assert.Equal(
            visible.Keys.Order(StringComparer.Ordinal),
            documented.Where(name => name[0] == 'T').Select(name => name[2..]).Order(StringComparer.Ordinal)
        );
        Assert.Contains(documented, name => name[0] == 'M');
        Assert.Equal(
            visible.Values.Any(type => type.GetProperties().Any(property => property.DeclaringType == type)),
            documented.Any(name => name[0] == 'P')
        );
        foreach (string name in documented.Where(name => name[0] != 'T'))
        {
            string path = name[2..].Split('(')[0];
            int dot = path.LastIndexOf('.');
            Assert.True(visible.TryGetValue(path[..dot], out Type? type), $"{name} is of a type that is not public");
            string member = path[(dot + 1)..].Split("``")[0].Replace('#', '.');
            Assert.True(type.GetMember(member, Everything).Any(IsVisible), $"{name} is neither public nor protected");
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_symbols_name_the_sources_by_their_place_in_the_repository(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(packed.Package(id, "snupkg"));
        using MemoryStream symbols = new(Bytes(package, $"lib/net10.0/{id}.pdb"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(symbols);
        MetadataReader reader = provider.GetMetadataReader();
        string[] files = [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
        Assert.Contains(files, file => file.StartsWith($"/_/src/{id}/", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.StartsWith(PackedTree.Root, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_application_runs_on_the_packages_alone() =>
        Assert.Equal(
            """
            echo: hello
            starttls: 220 2.0.0 Ready to start TLS
            tls: Tls13 250
            simulation: hello

            """,
            await RunOnPackages("Consumer"),
            ignoreLineEndingDifferences: true
        );

    [Fact]
    public async Task The_first_project_of_the_documentation_prints_what_it_says_there()
    {
        string output = await RunOnPackages("FirstProject");
        string document = File.ReadAllText(Path.Combine(PackedTree.Root, "docs", "start.md"));
        Assert.Contains($"```\n{output}```\n", document, StringComparison.Ordinal);
        foreach (string file in (string[])["FirstProject.csproj", "Program.cs"])
        {
            string text = File.ReadAllText(Path.Combine(PackedTree.SourceOf("FirstProject"), file));
            Assert.Contains($"\n{text}```\n", document, StringComparison.Ordinal);
        }
    }

    private async Task<string> RunOnPackages(string project)
    {
        string folder = Directory.CreateDirectory(Path.Combine(packed.Folder, project)).FullName;
        foreach (string file in Directory.EnumerateFiles(PackedTree.SourceOf(project)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        // The feed of the packages, beside those that the machine uses anyway. Nothing above this folder takes part.
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            $"""<configuration><packageSources><add key="packed" value="{packed.Feed}" /></packageSources></configuration>"""
        );
        foreach (
            string file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"]
        )
        {
            File.WriteAllText(Path.Combine(folder, file), "<Project />");
        }

        await DotNet.Run(
            folder,
            "build",
            $"{project}.csproj",
            "--output=out",
            $"-p:ReactorVersion={PackedTree.Version}",
            $"-p:RestorePackagesPath={Path.Combine(packed.Folder, "packages")}",
            $"-p:RestoreFallbackFolders={PackageRoot()}"
        );
        return await DotNet.Run(folder, Path.Combine("out", $"{project}.dll"));
    }

    private static string PackageRoot() =>
        typeof(PackagesSpec)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "NuGetPackageRoot")
            .Value!;

    private static IEnumerable<string> Libraries() =>
        Directory
            .EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll")
            .Concat(
                Directory
                    .EnumerateFiles(AppContext.BaseDirectory, "Akka*.dll")
                    .Where(file =>
                        !Path.GetFileName(file).StartsWith("Akka.Reactor.Packages", StringComparison.Ordinal)
                    )
            );

    private static bool IsVisible(MemberInfo member) =>
        member switch
        {
            MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
            FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
            EventInfo handler => IsVisible(handler.AddMethod!),
            _ => false,
        };

    private static XElement Metadata(ZipArchive package, string id)
    {
        using Stream stream = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private static byte[] Bytes(ZipArchive package, string path)
    {
        using Stream stream = package.GetEntry(path)!.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex LinkRegex();
}
