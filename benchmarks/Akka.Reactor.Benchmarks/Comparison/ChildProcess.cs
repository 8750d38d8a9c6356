using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>A child. One of our own programs ends when its input does: also when we are killed.</summary>
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

    /// <summary>This program again, with other arguments.</summary>
    internal static ChildProcess Start(
        IReadOnlyList<string> arguments,
        int? cpu,
        params IReadOnlyDictionary<string, string>[] environments
    ) => StartBuild(program: null, arguments, cpu, environments);

    /// <summary>This program, or, by the path of its assembly, another build of it.</summary>
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

    /// <summary>Any program that ends with its input.</summary>
    internal static ChildProcess StartProgram(
        string program,
        IReadOnlyList<string> arguments,
        int? cpu,
        params IReadOnlyDictionary<string, string>[] environments
    ) => Start(program, arguments, cpu, endsWithInput: true, environments);

    /// <summary>A program that knows nothing of us: it is killed.</summary>
    internal static ChildProcess StartForeign(string program, IReadOnlyList<string> arguments, int? cpu) =>
        Start(program, arguments, cpu, endsWithInput: false, []);

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

    /// <summary>The next line that begins so, without the beginning; others are passed on to our error output.</summary>
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
