using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>Makes every <c>accept4</c> of a host fail, with strace, until it is disposed.</summary>
internal sealed class FailingAccept : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Process _strace;
    private readonly string _file;

    private FailingAccept(Process strace, string file)
    {
        _strace = strace;
        _file = file;
    }

    /// <summary>How many calls have failed so far.</summary>
    internal int Calls => File.ReadLines(_file).Count(line => line.Contains("(INJECTED)", StringComparison.Ordinal));

    internal static async Task<FailingAccept> Start(HostProcess host, string error)
    {
        string file = Path.GetTempFileName();
        string[] arguments =
        [
            "-f",
            "-o",
            file,
            "-e",
            "trace=accept4",
            "-e",
            $"inject=accept4:error={error}",
            "-p",
            host.Id.ToString(CultureInfo.InvariantCulture),
        ];
        ProcessStartInfo start = new("strace", arguments) { UseShellExecute = false, RedirectStandardError = true };
        var strace = Process.Start(start)!;
        string? attached = await strace.StandardError.ReadLineAsync().WaitAsync(Deadline);
        Assert.Contains("attached", attached, StringComparison.Ordinal);
        _ = strace.StandardError.ReadToEndAsync();
        return new FailingAccept(strace, file);
    }

    public async ValueTask DisposeAsync()
    {
        HostProcess.SignalTo(_strace.Id, HostProcess.Interrupt);
        await _strace.WaitForExitAsync().WaitAsync(Deadline);
        _strace.Dispose();
        File.Delete(_file);
    }
}
