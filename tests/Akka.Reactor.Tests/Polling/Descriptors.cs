using System.Globalization;
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

    /// <summary>How many sockets of this process have this local port.</summary>
    internal static int CountOfPort(int port) =>
        Directory
            .EnumerateFileSystemEntries("/proc/self/fd")
            .Count(path => PortOf(int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)) == port);

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
