using System;
using System.Diagnostics;
using System.IO;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>The server written in C. It is compiled into the folder of this program whenever it is started.</summary>
internal static class CServer
{
    private const string Name = "epoll-server";

    /// <summary>Returns the path of the C compiler, or null if there is none.</summary>
    internal static string? Compiler() => Executable.Find("cc");

    /// <summary>Compiles the server and returns the path of the program.</summary>
    /// <exception cref="InvalidOperationException">There is no compiler, or compiling failed.</exception>
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
