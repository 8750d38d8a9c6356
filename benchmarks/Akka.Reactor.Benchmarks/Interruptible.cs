using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks;

/// <summary>Runs work that must end its child processes when it is interrupted.</summary>
internal static class Interruptible
{
    private const int Failed = 2;
    private const int Interrupted = 130;

    /// <summary>
    /// Runs the work and returns the exit code: that of the work, 2 if the work failed, or 130 after SIGINT or SIGTERM.
    /// </summary>
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

        // The signal does not end the process immediately, because the child processes must end first.
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupt.Cancel();
        }
    }
}
