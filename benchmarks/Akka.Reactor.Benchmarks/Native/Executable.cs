using System;
using System.IO;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>Finds programs on this machine.</summary>
internal static class Executable
{
    /// <summary>Returns the path of a program in one of the folders of PATH, or null if there is none.</summary>
    internal static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
