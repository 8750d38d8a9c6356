using System.Runtime.InteropServices;
using System.Threading;

namespace Akka.Reactor.Polling.Posix;

/// <summary>Waits for the wake signal of a Unix.</summary>
internal static unsafe class WakeWait
{
    private const int RefusalPause = 1;

    /// <summary>
    /// Waits until there is something to read, at most the given time; -1 waits without end. Returns false after the
    /// timeout, a signal or a refusal.
    /// </summary>
    internal static bool IsReadable(int descriptor, int timeoutMilliseconds)
    {
        Libc.PollFd poll = new() { Fd = descriptor, Events = Libc.POLLIN };
        int ready = Libc.Poll(&poll, 1, timeoutMilliseconds);
        if (ready < 0 && timeoutMilliseconds != 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
        {
            // The system has no memory for the call at the moment. Another call immediately afterwards would fail too.
#pragma warning disable RS0030 // The kernel refused to wait, so the thread waits by itself.
            Thread.Sleep(RefusalPause);
#pragma warning restore RS0030
        }

        return ready > 0;
    }
}
