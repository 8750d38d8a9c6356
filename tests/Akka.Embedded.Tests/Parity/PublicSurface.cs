using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Akka.Embedded.Tests;

/// <summary>
/// What code outside of some assemblies can see of them: types and their public and protected members, each as one
/// line of text that two surfaces can be compared by. Read from metadata alone, so that two assemblies of one name
/// can be looked at side by side.
/// </summary>
internal sealed class PublicSurface : IDisposable
{
    private const BindingFlags AllMembers =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private readonly MetadataLoadContext _context;

    /// <param name="assemblies">The files whose surface this is.</param>
    /// <param name="folders">Where what they reference lies; the first folder that has a name wins.</param>
    public PublicSurface(IReadOnlyCollection<string> assemblies, params string[] folders)
    {
        Dictionary<string, string> files = assemblies
            .Concat(folders.Append(RuntimeEnvironment.GetRuntimeDirectory()).SelectMany(Assemblies))
            .DistinctBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(file => Path.GetFileName(file)!, StringComparer.OrdinalIgnoreCase);
        _context = new MetadataLoadContext(new PathAssemblyResolver(files.Values));
        Types = assemblies
            .SelectMany(file => _context.LoadFromAssemblyPath(file).GetTypes())
            .Where(IsVisible)
            .ToDictionary(type => type.FullName!, StringComparer.Ordinal);
    }

    /// <summary>The visible types by full name, nested ones included.</summary>
    public IReadOnlyDictionary<string, Type> Types { get; }

    public void Dispose() => _context.Dispose();

    /// <summary>The members declared by the type.</summary>
    public static IEnumerable<string> DeclaredMembers(Type type) =>
        Members(type, AllMembers | BindingFlags.DeclaredOnly);

    /// <summary>The members the type has, inherited ones included.</summary>
    public static HashSet<string> MembersWithInherited(Type type)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        for (Type? level = type; level is not null; level = level.BaseType)
        {
            // A constructor is not inherited.
            members.UnionWith(
                DeclaredMembers(level)
                    .Where(member => level == type || !member.Contains("new(", StringComparison.Ordinal))
            );
        }

        foreach (Type contract in type.IsInterface ? type.GetInterfaces() : [])
            members.UnionWith(DeclaredMembers(contract));
        return members;
    }

    private static IEnumerable<string> Assemblies(string folder) => Directory.EnumerateFiles(folder, "*.dll");

    private static bool IsVisible(Type type) =>
        type.IsPublic
        || (
            type.IsNested
            && (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem)
            && IsVisible(type.DeclaringType!)
        );

    private static IEnumerable<string> Members(Type type, BindingFlags flags)
    {
        foreach (FieldInfo field in type.GetFields(flags))
        {
            if (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
                yield return Signature.Of(field);
        }

        // Properties and events are seen through their accessors, which are methods. A type initializer is nobody's.
        foreach (MethodBase method in type.GetMethods(flags).Concat<MethodBase>(type.GetConstructors(flags)))
        {
            bool isVisible = method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
            if (isVisible && method is not { IsConstructor: true, IsStatic: true })
                yield return Signature.Of(method);
        }
    }
}
