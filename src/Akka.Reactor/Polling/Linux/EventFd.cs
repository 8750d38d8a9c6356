using System.Threading;
using Akka.Reactor.Polling.Posix;

namespace Akka.Reactor.Polling.Linux;

/// <summary>A wake signal that uses Linux's eventfd.</summary>
internal sealed unsafe class EventFd : IWakeSignal
{
    private readonly Lock _gate = new();
    private int _descriptor;

    internal EventFd()
    {
        _descriptor = Libc.EventFd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        if (_descriptor < 0)
        {
            throw PosixAbi.Linux.LastFailure("eventfd");
        }
    }

    public nint Descriptor => _descriptor;

    public void Set()
    {
        // Guards against Dispose on another thread: otherwise the number could belong to another socket when it is
        // written to.
        lock (_gate)
        {
            if (_descriptor >= 0)
            {
                // The value lives on this stack frame; the kernel copies it. EAGAIN means that the counter is full: the
                // signal is already set.
                ulong one = 1;
                _ = Libc.Write(_descriptor, &one, sizeof(ulong));
            }
        }
    }

    public void Wait(int timeoutMilliseconds)
    {
        if (WakeWait.IsReadable(_descriptor, timeoutMilliseconds))
        {
            Clear();
        }
    }

    public void Clear()
    {
        // The kernel writes the count to this stack frame.
        ulong count;
        _ = Libc.Read(_descriptor, &count, sizeof(ulong));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_descriptor >= 0)
            {
                _ = Libc.Close(_descriptor);
                _descriptor = -1;
            }
        }
    }
}
