using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A program of others, run to its end.</summary>
internal static class PeerProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>Where the Python programs of these tests are.</summary>
    internal static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Peers", name);

    internal static Task<PeerResult> Run(string program, params string[] arguments) => RunWith([], program, arguments);

    /// <summary>With these bytes on its standard input.</summary>
    internal static async Task<PeerResult> RunWith(byte[] input, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using CancellationTokenSource deadline = new(Deadline);
        try
        {
            using MemoryStream output = new();
            Task copied = process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.BaseStream.WriteAsync(input, deadline.Token);
            process.StandardInput.Close();
            await copied;
            await process.WaitForExitAsync(deadline.Token);
            return new PeerResult(process.ExitCode, output.ToArray(), await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
