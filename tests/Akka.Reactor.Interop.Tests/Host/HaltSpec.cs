using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// A host that is stopped under load for longer than its idle timeout, as by a machine's suspend or a debugger's break: it was
/// silent and not its peers, so none of them is blamed.
/// </summary>
[Trait("Engines", "all")]
public sealed class HaltSpec(ITestOutputHelper output)
{
    private const int Connections = 400;
    private const int MessageSize = 64;
    private static readonly TimeSpan Halt = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);

    /// <summary>All engines in the soak; otherwise one of each kind.</summary>
    public static TheoryData<string> EnginesHere => Engines.Some;

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task Nobody_is_lost_whose_message_waited_for_the_host(string engine)
    {
        await using HostProcess host = await HostProcess.Start(
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--engine",
            engine,
            "--idle-timeout",
            "5s"
        );
        RawClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => RawClient.Connect(host.EndPoint("echo")))
        );
        using CancellationTokenSource enough = new();
        long echoed = 0;
        Task load = Task.WhenAll(clients.Select(Echo));
        try
        {
            await Pause.For(Busy, "everybody is at it");
            host.Signal(HostProcess.Stop);
            long before = Interlocked.Read(ref echoed);
            await Pause.For(Halt, "every idle timeout is over by then");
            host.Signal(HostProcess.Continue);
            await Pause.For(Busy, "everybody is at it again");
            await enough.CancelAsync();

            // A connection that was lost fails it.
            await load.WaitAsync(TimeSpan.FromSeconds(60));
            long after = Interlocked.Read(ref echoed);
            output.WriteLine($"{engine}: {before} echoes before, {after - before} after");
            Assert.True(before >= Connections && after - before >= Connections, "Not everybody was served.");
            Assert.DoesNotContain(host.Output, line => line.Contains("IdleTimeout", StringComparison.Ordinal));
        }
        finally
        {
            await enough.CancelAsync();
            output.WriteLine(
                string.Join("\n", host.Output.Where(line => line.Contains("closed", StringComparison.Ordinal)).Take(5))
            );
            Array.ForEach(clients, client => client.Dispose());
        }

        async Task Echo(RawClient client)
        {
            byte[] message = new byte[MessageSize];
            while (!enough.IsCancellationRequested)
            {
                await client.Send(message);
                await client.ReadExactly(MessageSize);
                Interlocked.Increment(ref echoed);
            }
        }
    }
}
