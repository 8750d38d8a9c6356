using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>Counts the system calls of a host, its threads together, with strace.</summary>
internal static class SystemCalls
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Counts while <paramref name="meanwhile"/> runs, which begins once the host is traced.</summary>
    /// <returns>How many calls, and strace's table of them.</returns>
    internal static Task<(int Count, string Table)> Count(HostProcess host, Func<Task> meanwhile) =>
        Count(["-f", "-p", host.Id.ToString(CultureInfo.InvariantCulture)], meanwhile);

    /// <summary>As <see cref="Count(HostProcess, Func{Task})"/>, of the event loops and their watchdog alone.</summary>
    internal static Task<(int Count, string Table)> CountOfLoops(HostProcess host, Func<Task> meanwhile)
    {
        // The kernel has 15 characters of a thread's name: "reactor-host-reactor-selectors-0".
        string[] loops =
        [
            .. Directory
                .EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{host.Id}/task"))
                .Where(thread =>
                    File.ReadAllText(Path.Combine(thread, "comm"))
                        .StartsWith("reactor-host-re", StringComparison.Ordinal)
                )
                .SelectMany(thread => new[] { "-p", Path.GetFileName(thread) }),
        ];
        Assert.NotEmpty(loops);
        return Count(loops, meanwhile);
    }

    private static async Task<(int Count, string Table)> Count(string[] which, Func<Task> meanwhile)
    {
        string file = Path.GetTempFileName();
        string[] arguments = ["-c", "-o", file, .. which];
        ProcessStartInfo start = new("strace", arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var strace = Process.Start(start)!;
        try
        {
            string? attached = await strace.StandardError.ReadLineAsync().WaitAsync(Deadline);
            Assert.Contains("attached", attached, StringComparison.Ordinal);
            Task<string> rest = strace.StandardError.ReadToEndAsync();
            await meanwhile();
            HostProcess.SignalTo(strace.Id, HostProcess.Interrupt);
            await rest.WaitAsync(Deadline);
            await strace.WaitForExitAsync().WaitAsync(Deadline);
            string table = await File.ReadAllTextAsync(file);

            // Where there was no call, strace writes no table.
            string total = table
                .Split('\n')
                .SingleOrDefault(line => line.TrimEnd().EndsWith(" total", StringComparison.Ordinal), "- - - 0");
            string count = total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
            return (int.Parse(count, CultureInfo.InvariantCulture), table);
        }
        finally
        {
            if (!strace.HasExited)
            {
                strace.Kill();
            }

            File.Delete(file);
        }
    }
}
