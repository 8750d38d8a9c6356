using System;
using System.Diagnostics;
using System.IO;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>The server written in C: compiled when it is first needed, into this program's own folder.</summary>
internal static class CServer
{
    private const string Name = "epoll-server";

    /// <summary>The path of the C compiler; null: there is none.</summary>
    internal static string? Compiler() => Executable.Find("cc");

    /// <summary>Compiles it and returns the program's path.</summary>
    /// <exception cref="InvalidOperationException">No compiler, or it failed.</exception>
    internal static string Build()
    {
        string compiler = Compiler() ?? throw new InvalidOperationException($"{Peer.C} needs a C compiler, cc.");
        string source = Path.Combine(AppContext.BaseDirectory, Name + ".c");
        string program = Path.Combine(AppContext.BaseDirectory, Name);
        using Process process = Process.Start(compiler, ["-O2", "-Wall", "-o", program, source]);
        process.WaitForExit();
        return process.ExitCode == 0
            ? program
            : throw new InvalidOperationException($"{compiler} could not compile {source}.");
    }
}
