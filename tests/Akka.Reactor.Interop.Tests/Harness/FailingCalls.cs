using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// Makes system calls of a host's loops fail, with strace, until it is disposed. Of its loops only: the runtime's own threads
/// make the same calls, and are not what is tested.
/// </summary>
internal sealed class FailingCalls : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Process _strace;
    private readonly Task<string> _errors;
    private readonly string _file;

    private FailingCalls(Process strace, Task<string> errors, string file)
    {
        _strace = strace;
        _errors = errors;
        _file = file;
    }

    /// <summary>How many calls were made, and how many of them were made to fail; known once it is disposed.</summary>
    internal (int Calls, int Failed) Seen { get; private set; }

    /// <param name="host">Whose loops.</param>
    /// <param name="call">Such as <c>recvfrom</c>.</param>
    /// <param name="errno">Such as <c>EINTR</c>.</param>
    /// <param name="when">Which of the calls of each thread, as strace has it: <c>1+2</c> is every other one.</param>
    internal static async Task<FailingCalls> Of(HostProcess host, string call, string errno, string when)
    {
        string file = Path.GetTempFileName();
        List<string> arguments = ["-o", file, "-e", $"trace={call}", "-e", $"inject={call}:error={errno}:when={when}"];
        foreach (string thread in Loops(host))
        {
            arguments.AddRange(["-p", thread]);
        }

        ProcessStartInfo start = new("strace", arguments) { UseShellExecute = false, RedirectStandardError = true };
        Process strace = Process.Start(start)!;
        string? attached = await strace.StandardError.ReadLineAsync().WaitAsync(Deadline);
        Assert.Contains("attached", attached, StringComparison.Ordinal);
        return new FailingCalls(strace, strace.StandardError.ReadToEndAsync(), file);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            HostProcess.SignalTo(_strace.Id, HostProcess.Interrupt);
            await _errors.WaitAsync(Deadline);
            await _strace.WaitForExitAsync().WaitAsync(Deadline);
            string[] lines = await File.ReadAllLinesAsync(_file);
            Seen = (
                lines.Count(line => line.Contains('(', StringComparison.Ordinal)),
                lines.Count(line => line.Contains("(INJECTED)", StringComparison.Ordinal))
            );
        }
        finally
        {
            if (!_strace.HasExited)
            {
                _strace.Kill();
            }

            _strace.Dispose();
            File.Delete(_file);
        }
    }

    // The kernel keeps the first 15 characters of a thread's name.
    private static IEnumerable<string> Loops(HostProcess host)
    {
        string tasks = $"/proc/{host.Id.ToString(CultureInfo.InvariantCulture)}/task";
        return Directory
            .EnumerateDirectories(tasks)
            .Where(task => File.ReadAllText(Path.Combine(task, "comm")).Trim() is "reactor-host-re")
            .Select(task => Path.GetFileName(task)!);
    }
}
