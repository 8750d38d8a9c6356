using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>A child process. A program of this project ends when its input ends, also if the parent process is killed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly string _what;
    private readonly bool _endsWithInput;

    private ChildProcess(string what, Process process, bool endsWithInput)
    {
        _endsWithInput = endsWithInput;
        _what = what;
        _process = process;
        Cpu = new ProcessCpuClock(process.Id);
    }

    internal int Id => _process.Id;

    internal ProcessCpuClock Cpu { get; }

    /// <summary>Starts this program again, with other arguments.</summary>
    internal static ChildProcess Start(
        IReadOnlyList<string> arguments,
        int? cpu,
        params IReadOnlyDictionary<string, string>[] environments
    ) => StartBuild(program: null, arguments, cpu, environments);

    /// <summary>Starts this program or, if the path of an assembly is given, another build of it.</summary>
    internal static ChildProcess StartBuild(
        string? program,
        IReadOnlyList<string> arguments,
        int? cpu,
        params IReadOnlyDictionary<string, string>[] environments
    )
    {
        if (program is not null)
        {
            return StartProgram("dotnet", [program, .. arguments], cpu, environments);
        }

        program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) is "dotnet"
            ? StartProgram(program, [typeof(ChildProcess).Assembly.Location, .. arguments], cpu, environments)
            : StartProgram(program, arguments, cpu, environments);
    }

    /// <summary>Starts any program that ends when its input ends.</summary>
    internal static ChildProcess StartProgram(
        string program,
        IReadOnlyList<string> arguments,
        int? cpu,
        params IReadOnlyDictionary<string, string>[] environments
    ) => Start(program, arguments, cpu, endsWithInput: true, environments);

    /// <summary>Starts a program that does not end with its input. It is killed at the end.</summary>
    internal static ChildProcess StartForeign(
        string program,
        IReadOnlyList<string> arguments,
        int? cpu,
        params IReadOnlyDictionary<string, string>[] environments
    ) => Start(program, arguments, cpu, endsWithInput: false, environments);

    private static ChildProcess Start(
        string program,
        IReadOnlyList<string> arguments,
        int? cpu,
        bool endsWithInput,
        IReadOnlyDictionary<string, string>[] environments
    )
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (IReadOnlyDictionary<string, string> environment in environments)
        {
            foreach ((string name, string value) in environment)
            {
                start.Environment[name] = value;
            }
        }

        Process? process = null;
        CpuAffinity.RunOn(cpu, () => process = Process.Start(start));
        return new ChildProcess(string.Join(' ', arguments), process!, endsWithInput);
    }

    /// <summary>
    /// Returns the next line that begins with the prefix, without the prefix. Other lines are passed on to the error output
    /// of this process.
    /// </summary>
    internal async Task<string> ReadLine(string prefix, CancellationToken cancel)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line[prefix.Length..];
            }

            await Console.Error.WriteLineAsync($"{_what}: {line}");
        }

        throw new InvalidOperationException($"'{_what}' ended unexpectedly.");
    }

    internal async Task WriteLine(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource patience = new(_endsWithInput ? s_patience : TimeSpan.Zero);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
