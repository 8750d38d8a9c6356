using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// Describes a host that does not do what a test expects, so that the failure can be explained afterwards: its output, descriptors and
/// threads, the sockets of one of its ports, and the system calls of a moment. Collecting this never fails: what cannot be read is
/// described by its error.
/// </summary>
internal static class HostState
{
    private const int LastLines = 60;
    private const int LastCalls = 200;

    private static readonly TimeSpan Traced = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // The names of include/net/tcp_states.h, from 1.
    private static readonly string[] TcpStates =
    [
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "TIME_WAIT",
        "CLOSE",
        "CLOSE_WAIT",
        "LAST_ACK",
        "LISTEN",
        "CLOSING",
        "NEW_SYN_RECV",
    ];

    internal static async Task<string> Describe(HostProcess host, int port)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{host.Id}");
        return string.Join(
            '\n',
            $"at {DateTime.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}",
            Part("last lines of the output", () => host.Output.TakeLast(LastLines)),
            Part("errors", () => host.Errors),
            Part("descriptors", () => Descriptors(folder)),
            Part($"sockets of port {port}, ours and the host's", () => SocketsOf(port)),
            Part("threads: name, state, clock ticks of the processor, where it waits", () => Threads(folder)),
            Part("system calls", await Calls(host))
        );
    }

    private static string Part(string title, Func<IEnumerable<string>> lines)
    {
        try
        {
            return $"{title}:\n  {string.Join("\n  ", lines())}";
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return $"{title}: {refusal.Message}";
        }
    }

    // How many there are, and how many of each kind.
    private static IEnumerable<string> Descriptors(string folder)
    {
        string?[] targets = [.. Directory.GetFiles($"{folder}/fd").Select(file => new FileInfo(file).LinkTarget)];
        return targets
            .CountBy(target => target?.Split(":[")[0] ?? "closed meanwhile")
            .OrderByDescending(kind => kind.Value)
            .Select(kind => $"{kind.Value} {kind.Key}")
            .Prepend($"{targets.Length} in all");
    }

    // For the listening socket the second number is the length of the accept queue.
    private static IEnumerable<string> SocketsOf(int port)
    {
        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields =>
                fields[1].EndsWith(suffix, StringComparison.Ordinal)
                || fields[2].EndsWith(suffix, StringComparison.Ordinal)
            )
            .CountBy(fields =>
                (fields[1].EndsWith(suffix, StringComparison.Ordinal) ? "host " : "ours ")
                + TcpStates[int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture) - 1]
                + $", unsent:unread {fields[4]}"
                + (fields[9] == "0" ? ", no file" : "")
            )
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => $"{kind.Value} {kind.Key}");
    }

    private static IEnumerable<string> Threads(string folder) =>
        Directory
            .GetDirectories($"{folder}/task")
            .Select(thread =>
            {
                string[] stat = Read(thread, "stat").Split(") ")[^1].Split(' ');
                string ticks = stat.Length > 12 ? $"{stat[11]}+{stat[12]}" : "?";
                return $"{Path.GetFileName(thread)} {Read(thread, "comm")} {stat[0]} {ticks} {Read(thread, "wchan")} {Read(thread, "syscall")}";
            });

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return "?";
        }
    }

    private static async Task<Func<IEnumerable<string>>> Calls(HostProcess host)
    {
        string file = Path.GetTempFileName();
        try
        {
            string id = host.Id.ToString(CultureInfo.InvariantCulture);
            ProcessStartInfo start = new("strace", ["-f", "-r", "-o", file, "-p", id])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            };
            using var strace = Process.Start(start)!;
            Task said = strace.StandardError.ReadToEndAsync();
            await Pause.For(Traced, "the host is traced");
            if (!strace.HasExited)
            {
                HostProcess.SignalTo(strace.Id, HostProcess.Interrupt);
            }

            await Pause.EndsWithin(Task.WhenAll(said, strace.WaitForExitAsync()), Deadline, "strace ends");
            string[] calls = await File.ReadAllLinesAsync(file);
            return () => calls.TakeLast(LastCalls).Prepend($"{calls.Length} in {Traced.TotalSeconds} s");
        }
        catch (Exception refusal) when (refusal is IOException or Win32Exception or InvalidOperationException)
        {
            return () => [refusal.Message];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
