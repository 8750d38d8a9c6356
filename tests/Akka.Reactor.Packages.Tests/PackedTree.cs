using System.IO;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Packages.Tests;

/// <summary>The packages of this tree, made in a folder of their own: neither the tree nor the machine's cache changes.</summary>
public sealed class PackedTree : IAsyncLifetime
{
    // No feed has this version, so a package of it can only be one of these.
    internal const string Version = "0.1.0-packed";

    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "../.."));

    /// <summary>Returns the folder of a project that the tests build on the packages.</summary>
    internal static string SourceOf(string project) => Path.Combine(Here(), project);

    /// <summary>Deleted at the end.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("akka-reactor-packages-").FullName;

    internal string Feed => Path.Combine(Folder, "artifacts", "package", "release");

    /// <summary>What <c>dotnet pack</c> wrote.</summary>
    internal string Output { get; private set; } = "";

    /// <inheritdoc/>
    public async Task InitializeAsync() =>
        Output = await DotNet.Run(
            Root,
            "pack",
            "Akka.Reactor.sln",
            "--configuration=Release",
            $"-p:Version={Version}",
            $"-p:ArtifactsPath={Path.Combine(Folder, "artifacts")}",
            "-p:ContinuousIntegrationBuild=true",
            "-p:RunAnalyzers=false" // the build of the tree has run them
        );

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    internal string Package(string id, string extension = "nupkg") => Path.Combine(Feed, $"{id}.{Version}.{extension}");

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
