using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace ReactorHost;

/// <summary>SIGINT and SIGTERM: the first asks for an orderly end, the second ends the process at once.</summary>
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
        ];
    }

    /// <summary>The first signal.</summary>
    internal Task<PosixSignal> First => _first.Task;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            // What a shell expects of a process that a signal ended: 128 and its number, 2 or 15.
            Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        }

        _first.TrySetResult(context.Signal);
    }
}
