using System.Runtime.InteropServices;

namespace Akka.Reactor.Tests.Polling;

/// <summary>Wine, where it is known not to do as Windows does; each use says in what.</summary>
internal static class Wine
{
    /// <summary>Whether this Windows is Wine: its ntdll says so by an export of its own.</summary>
    internal static bool IsRunning { get; } =
        NativeLibrary.TryLoad("ntdll", out nint library)
        && NativeLibrary.TryGetExport(library, "wine_get_version", out _);
}
