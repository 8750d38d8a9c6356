using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Tests.Polling;

/// <summary>What tests do with descriptor numbers and the library never does.</summary>
internal static partial class Descriptors
{
    /// <summary>Another number for the same socket.</summary>
    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    internal static partial int Duplicate(int descriptor);

    /// <summary>Makes <paramref name="number"/> mean the socket of <paramref name="descriptor"/>, in one step: nobody else gets it in between.</summary>
    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    internal static partial int Reuse(int descriptor, int number);

    /// <summary>How many are open in this process, other tests' included.</summary>
    internal static int CountOpen() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    /// <summary>As <see cref="CountOpen"/>, without files: the runtime keeps those of the assemblies it loads.</summary>
    internal static int CountOpenButFiles() =>
        Directory
            .EnumerateFileSystemEntries("/proc/self/fd")
            .Count(entry => new FileInfo(entry).LinkTarget is { } target && !target.StartsWith('/'));

    /// <summary>How many of each kind are open, for messages.</summary>
    internal static string Kinds() =>
        string.Join(
            ", ",
            Directory
                .EnumerateFileSystemEntries("/proc/self/fd")
                .Select(entry => new FileInfo(entry).LinkTarget?.Split('[')[0] ?? "gone")
                .GroupBy(kind => kind.StartsWith('/') ? "file" : kind, System.StringComparer.Ordinal)
                .Select(kind => $"{kind.Count()} x {kind.Key}")
                .Order(System.StringComparer.Ordinal)
        );
}
