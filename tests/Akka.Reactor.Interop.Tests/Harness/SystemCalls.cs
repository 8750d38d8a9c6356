using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>Counts the system calls of a host, all its threads together, with strace.</summary>
internal static class SystemCalls
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Counts while <paramref name="meanwhile"/> runs, which begins once the host is traced.</summary>
    /// <returns>How many calls, and strace's table of them.</returns>
    internal static async Task<(int Count, string Table)> Count(HostProcess host, Func<Task> meanwhile)
    {
        string file = Path.GetTempFileName();
        string[] arguments = ["-f", "-c", "-o", file, "-p", host.Id.ToString(CultureInfo.InvariantCulture)];
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
            string total = table
                .Split('\n')
                .Single(line => line.TrimEnd().EndsWith(" total", StringComparison.Ordinal));
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
