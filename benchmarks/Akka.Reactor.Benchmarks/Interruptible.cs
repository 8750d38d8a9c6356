using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks;

/// <summary>Work that has children to end when it is interrupted.</summary>
internal static class Interruptible
{
    private const int Failed = 2;
    private const int Interrupted = 130;

    /// <summary>Returns the exit code: of the work, 2 when it failed, 130 after SIGINT or SIGTERM.</summary>
    internal static async Task<int> Run(Func<CancellationToken, Task<int>> work)
    {
        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return await work(interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return Interrupted;
        }
        catch (InvalidOperationException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return Failed;
        }

        // Not the end yet: first the children.
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupt.Cancel();
        }
    }
}
