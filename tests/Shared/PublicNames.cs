using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Xunit;

namespace Akka.Reactor.Tests.Shared;

/// <summary>
/// The simple names of an assembly's public types, which must not be those of types that a program also uses: with both namespaces
/// imported, such a name is ambiguous.
/// </summary>
internal static class PublicNames
{
    private static readonly string[] Namespaces =
    [
        "System",
        "System.Buffers",
        "System.Collections.Generic",
        "System.Diagnostics",
        "System.IO",
        "System.Linq",
        "System.Net",
        "System.Net.Security",
        "System.Net.Sockets",
        "System.Security.Authentication",
        "System.Text",
        "System.Threading",
        "System.Threading.Tasks",
        "Akka.Actor",
        "Akka.Configuration",
        "Akka.Event",
    ];

    /// <summary>Fails with every name that is taken, and by which type.</summary>
    internal static void AssertOwn(Assembly assembly)
    {
        ILookup<string, Type> taken = Taken(assembly);

        // Against a look-up that finds nothing.
        Assert.Contains(
            "System.Diagnostics.UnreachableException",
            taken["UnreachableException"].Select(Name),
            StringComparer.Ordinal
        );
        Assert.Contains("Akka.Actor.Props", taken["Props"].Select(Name), StringComparer.Ordinal);
        Assert.Contains(
            "System.Net.Sockets.SocketException",
            taken["SocketException"].Select(Name),
            StringComparer.Ordinal
        );
        Assert.Empty(
            assembly
                .GetExportedTypes()
                .Where(type => !type.IsNested)
                .SelectMany(type => taken[SimpleName(type)].Select(other => $"{Name(type)} is also {Name(other)}"))
        );
    }

    private static ILookup<string, Type> Taken(Assembly own)
    {
        string[] files = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        IEnumerable<Assembly> assemblies = files
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name.StartsWith("System.", StringComparison.Ordinal) || name is "Akka")
            .Select(name => Assembly.Load(new AssemblyName(name)))
            .Append(typeof(object).Assembly);
        return assemblies
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => !type.IsNested && type.Assembly != own)
            .Where(type => Namespaces.Contains(type.Namespace, StringComparer.Ordinal))
            .Distinct()
            .ToLookup(SimpleName, StringComparer.Ordinal);
    }

    private static string SimpleName(Type type) => type.Name.Split('`')[0];

    private static string Name(Type type) => type.FullName!;
}
