using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
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

    /// <summary>How many sockets of this process have this local port.</summary>
    internal static int CountOfPort(EndPoint endPoint)
    {
        int port = ((IPEndPoint)endPoint).Port;
        return Directory
            .EnumerateFileSystemEntries("/proc/self/fd")
            .Count(path => PortOf(int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)) == port);
    }

    // Of an IPv4 socket; anything else, and what was closed meanwhile, has none. The address is ours for the call.
    private static unsafe int PortOf(int descriptor)
    {
        const int AddressFamilyInet = 2;
        byte* address = stackalloc byte[128];
        int length = 128;
        return GetSocketName(descriptor, address, &length) == 0 && *(ushort*)address == AddressFamilyInet
            ? (address[2] << 8) | address[3]
            : -1;
    }

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static unsafe partial int GetSocketName(int descriptor, byte* address, int* length);
}
