using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.Event;

namespace ReactorHost;

/// <summary>
/// Handles SIGINT and SIGTERM: the first signal requests an orderly end, the second ends the process immediately. SIGHUP is
/// ignored; it is reserved for loading certificates again.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    internal Signals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            .. OperatingSystem.IsWindows()
                ? (PosixSignalRegistration[])[]
                : [PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore)],
        ];
    }

    /// <summary>A task that completes with the first signal.</summary>
    internal Task<PosixSignal> First => _first.Task;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    // This handler is not used on Windows, where SIGHUP is the end of the console, which cannot be refused.
    private static void Ignore(PosixSignalContext context)
    {
        context.Cancel = true;
        LogOutput.Standard.Offer(
            LogLine.Of(
                DateTime.UtcNow,
                LogLevel.InfoLevel,
                $"{context.Signal} is ignored: there is no configuration to reload"
            )
        );
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            // A shell expects this exit code of a process that a signal has ended: 128 plus the signal's number, 2 or 15.
            Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        }

        _first.TrySetResult(context.Signal);
    }
}
