using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace ReactorHost;

/// <summary>
/// Handles SIGINT and SIGTERM: the first signal requests an orderly end, the second ends the process immediately. SIGHUP is
/// given to <see cref="HangUp"/>.
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
                : [PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp)],
        ];
    }

    /// <summary>A task that completes with the first signal.</summary>
    internal Task<PosixSignal> First => _first.Task;

    /// <summary>Is called for SIGHUP, on any thread. Null: SIGHUP is ignored.</summary>
    internal Action? HangUp { get; set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    // This handler is not used on Windows, where SIGHUP is the end of the console, which cannot be refused.
    private void OnHangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        HangUp?.Invoke();
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
