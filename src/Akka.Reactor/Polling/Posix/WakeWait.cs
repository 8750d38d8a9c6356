using System.Runtime.InteropServices;
using System.Threading;

namespace Akka.Reactor.Polling.Posix;

/// <summary>How a wake signal of a Unix is waited for.</summary>
internal static unsafe class WakeWait
{
    private const int RefusalPause = 1;

    /// <summary>Waits for something to read, at most so long; -1 without end. False after the time, a signal or a refusal.</summary>
    internal static bool IsReadable(int descriptor, int timeoutMilliseconds)
    {
        Libc.PollFd poll = new() { Fd = descriptor, Events = Libc.POLLIN };
        int ready = Libc.Poll(&poll, 1, timeoutMilliseconds);
        if (ready < 0 && timeoutMilliseconds != 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
        {
            // The system has no memory for it just now; asked again at once it would not either.
#pragma warning disable RS0030 // The kernel refused to wait, so the thread waits by itself.
            Thread.Sleep(RefusalPause);
#pragma warning restore RS0030
        }

        return ready > 0;
    }
}
