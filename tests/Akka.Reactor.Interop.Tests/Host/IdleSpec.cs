using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

public sealed partial class IdleSpec
{
    private const int Connections = 1000;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    [PeerFact("strace")]
    public async Task With_1000_idle_connections_it_makes_fewer_than_20_system_calls_a_second()
    {
        using TempFolder folder = new();
        await using HostProcess host = await HostProcess.Start("echo", "--listen", "127.0.0.1:0");
        List<RawClient> clients = [];
        try
        {
            for (int number = 0; number < Connections; number++)
            {
                RawClient client = await RawClient.Connect(host.EndPoint("echo"));
                clients.Add(client);
                await client.Send("x");
                await client.ReadUntil("x");
            }

            // Threads that were started for the connections' sake go away when they have had nothing to do for a while.
            await Task.Delay(TimeSpan.FromSeconds(5));
            int threads = Process.GetProcessById(host.Id).Threads.Count;
            Assert.InRange(threads, 1, 60);

            string summary = await Trace(host.Id, folder.Combine("summary"));
            string total = summary
                .Split('\n')
                .Single(line => line.TrimEnd().EndsWith(" total", StringComparison.Ordinal));
            int calls = int.Parse(
                total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3],
                CultureInfo.InvariantCulture
            );
            Assert.True(calls < 20 * Watched.TotalSeconds, $"{calls} calls in {Watched.TotalSeconds} s:\n{summary}");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static async Task<string> Trace(int process, string file)
    {
        string[] arguments = ["-f", "-c", "-o", file, "-p", process.ToString(CultureInfo.InvariantCulture)];
        ProcessStartInfo start = new("strace", arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var strace = Process.Start(start)!;
        await Task.Delay(Watched);
        Assert.Equal(0, Kill(strace.Id, HostProcess.Interrupt));
        string errors = await strace.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await strace.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(File.Exists(file), errors);
        return await File.ReadAllTextAsync(file);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
