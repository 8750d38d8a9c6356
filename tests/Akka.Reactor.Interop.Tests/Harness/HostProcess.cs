using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;

namespace Akka.Reactor.Interop.Tests;

/// <summary>The built host program, as a process of its own.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    internal const int HangUp = 1;
    internal const int Interrupt = 2;
    internal const int Terminate = 15;
    internal const int Continue = 18;
    internal const int Stop = 19;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(string program, IEnumerable<string> arguments, params string[] under)
    {
        // A shell ignores SIGINT in what it runs in the background, and nohup SIGHUP, and a child inherits that; the host must get them.
        ProcessStartInfo start = new("env")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--default-signal=INT,HUP" },
        };
        foreach (string argument in (string[])[.. under, DotNet, "exec", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program in the test's own output folder.</summary>
    internal static string Program => Path.Combine(AppContext.BaseDirectory, "ReactorHost.dll");

    internal static string DotNet =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    /// <summary>The variable, for <c>env</c>, with which the host finds the protocols of the tests.</summary>
    internal static string WithTestProtocols =>
        $"DOTNET_ADDITIONAL_DEPS={Path.ChangeExtension(typeof(HostProcess).Assembly.Location, ".deps.json")}";

    internal int Id => _process.Id;

    internal IReadOnlyList<string> Output => Copy(_output);

    internal IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Starts a single-purpose form or, without arguments, the reactor.conf beside the program.</summary>
    internal static Task<HostProcess> Start(params string[] arguments) => StartProgram(Program, arguments);

    /// <summary>As <see cref="Start"/>, and it may have so many descriptors: no more, for the runtime raises a soft limit.</summary>
    internal static Task<HostProcess> StartLimited(int descriptors, params string[] arguments) =>
        StartUnder(["prlimit", $"--nofile={descriptors}:{descriptors}"], arguments);

    /// <summary>As <see cref="Start"/>, run by a program that becomes it.</summary>
    internal static Task<HostProcess> StartUnder(string[] under, params string[] arguments) =>
        Ready(new HostProcess(Program, arguments, under));

    /// <summary>As <see cref="StartUnder"/>, for a host whose output does not come here: nobody waits for its READY.</summary>
    internal static HostProcess StartSilent(string[] under, params string[] arguments) =>
        new(Program, arguments, under);

    internal static Task<HostProcess> StartProgram(string program, params string[] arguments) =>
        Ready(new HostProcess(program, arguments));

    private static async Task<HostProcess> Ready(HostProcess host)
    {
        try
        {
            await host.WaitForLine($"READY {host.Id}", StartDeadline);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    internal static Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) =>
        RunProgram(Program, arguments);

    /// <summary>As <see cref="Run"/>, of another program.</summary>
    internal static async Task<(int ExitCode, string Output, string Errors)> RunProgram(
        string program,
        params string[] arguments
    )
    {
        await using HostProcess host = new(program, arguments);
        int exitCode = await host.WaitForExit();
        return (exitCode, string.Join('\n', host.Output), string.Join('\n', host.Errors));
    }

    /// <summary>Where a listener listens, as the host said.</summary>
    internal IPEndPoint EndPoint(string listener)
    {
        string line = Output.First(line => line.StartsWith(listener + " ", StringComparison.Ordinal));
        return IPEndPoint.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    internal string Port(string listener) => EndPoint(listener).Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Waits for a line of output that holds all of these.</summary>
    internal Task<string> WaitForLine(params string[] parts) => WaitForLine(parts, Deadline, skip: 0);

    /// <summary>As <see cref="WaitForLine(string[])"/>, but not in the first lines of output, which are older.</summary>
    internal Task<string> WaitForLine(int skip, params string[] parts) => WaitForLine(parts, Deadline, skip);

    internal void Signal(int signal) => SignalTo(_process.Id, signal);

    internal static void SignalTo(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new InvalidOperationException($"kill: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    internal async Task<int> WaitForExit()
    {
        using CancellationTokenSource deadline = new(StartDeadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>As <see cref="WaitForExit"/>, while another process still holds the host's output open.</summary>
    internal async Task<int> WaitForExitAlone()
    {
        using CancellationTokenSource deadline = new(StartDeadline);
        while (!_process.HasExited)
        {
            await Pause.BetweenLooks(deadline.Token);
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await WaitForExit();
        }

        _process.Dispose();
    }

    private Task<string> WaitForLine(string line, TimeSpan deadline) => WaitForLine([line], deadline, skip: 0);

    private async Task<string> WaitForLine(string[] parts, TimeSpan deadline, int skip)
    {
        long start = Stopwatch.GetTimestamp();
        Task exited = _process.WaitForExitAsync();
        while (true)
        {
            // Asked before looking: all output is there when the process has exited.
            bool ended = exited.IsCompleted;
            Task news;
            lock (_gate)
            {
                string? found = _output
                    .Skip(skip)
                    .FirstOrDefault(line => parts.All(part => line.Contains(part, StringComparison.Ordinal)));
                if (found is not null)
                {
                    return found;
                }

                news = _news.Task;
            }

            TimeSpan left = deadline - Stopwatch.GetElapsedTime(start);
            if (ended || left <= TimeSpan.Zero)
            {
                throw new TimeoutException(
                    $"No line with '{string.Join("', '", parts)}' within {deadline.TotalSeconds} s in:\n"
                        + string.Join('\n', Output.Concat(Errors))
                );
            }

            await Pause.EndsWithin(Task.WhenAny(news, exited), left, "a line, or the end of the process");
        }
    }

    private void Add(List<string> lines, string? line)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            if (line is not null)
            {
                lines.Add(line);
            }

            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.SetResult();
    }

    private string[] Copy(List<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
