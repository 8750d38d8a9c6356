using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Akka.Reactor.Simulated.Tests;

/// <summary>The rules of the tree, as far as they are about Akka.Reactor.TestKit; files are counted by Akka.Reactor's.</summary>
public sealed class ArchitectureSpec
{
    private static readonly Assembly TestKit = typeof(Simulation).Assembly;

    [Fact]
    public void Public_types_sit_flat_in_the_root_namespace() =>
        Assert.All(TestKit.GetExportedTypes(), type => Assert.Equal("Akka.Reactor", type.Namespace));

    [Fact]
    public void Internal_classes_are_sealed()
    {
        string[] open =
        [
            .. TestKit
                .GetTypes()
                .Where(type => type is { IsClass: true, IsVisible: false, IsSealed: false, IsAbstract: false })
                .Where(type =>
                    type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !type.Name.Contains('<')
                )
                .Select(type => type.Name),
        ];
        Assert.Equal([], open);
    }

    [Fact]
    public void It_depends_on_no_test_framework()
    {
        IEnumerable<string> names = TestKit.GetReferencedAssemblies().Select(assembly => assembly.Name!);
        Assert.DoesNotContain(names, name => name.Contains("xunit", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("Akka.TestKit", names, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("Network")]
    [InlineData("Engine")]
    public void The_network_and_its_engines_know_nothing_of_actors(string folder)
    {
        string[] files = Directory.GetFiles(Path.Combine(Source(), folder), "*.cs");
        Assert.NotEmpty(files);
        Assert.All(
            files,
            file =>
            {
                string text = File.ReadAllText(file);
                Assert.DoesNotContain("using Akka.Actor", text, StringComparison.Ordinal);
                Assert.DoesNotContain("using Akka.Dispatch", text, StringComparison.Ordinal);
            }
        );
    }

    private static string Source([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../src/Akka.Reactor.TestKit"));
}
