using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Bsd;

/// <summary>
/// The two calls of kqueue, found by name in a library at run time: the C library of a BSD, or an emulation on another
/// Unix. Every pointer passed is to memory the engine owns, and is used during the call only.
/// </summary>
internal sealed unsafe class KqueueNative
{
    /// <summary>
    /// <c>struct kevent</c> of macOS (and OpenBSD), 32 bytes; FreeBSD's since version 12 begins with the same fields and
    /// has 32 bytes more, which nobody here uses.
    /// </summary>
    internal const int MacOSEventSize = 32;

    internal const int FreeBsdEventSize = 64;

    internal const short EVFILT_READ = -1;
    internal const short EVFILT_WRITE = -2;

    internal const ushort EV_ADD = 0x1;
    internal const ushort EV_DELETE = 0x2;
    internal const ushort EV_CLEAR = 0x20;
    internal const ushort EV_ERROR = 0x4000;
    internal const ushort EV_EOF = 0x8000;

    private readonly delegate* unmanaged<int> _kqueue;
    private readonly delegate* unmanaged<int, byte*, int, byte*, int, TimeSpec*, int> _kevent;

    private KqueueNative(nint library, int eventSize)
    {
        _kqueue = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "kqueue");
        _kevent = (delegate* unmanaged<int, byte*, int, byte*, int, TimeSpec*, int>)
            NativeLibrary.GetExport(library, "kevent");
        EventSize = eventSize;
    }

    /// <summary>How far one event is from the next in an array of them.</summary>
    internal int EventSize { get; }

    /// <summary>
    /// Loads the library, which stays loaded for the rest of the process, or says why that is not possible.
    /// </summary>
    internal static KqueueNative? TryLoad(string library, int eventSize, out string? reason)
    {
        try
        {
            reason = null;
            return new KqueueNative(
                NativeLibrary.Load(library, typeof(KqueueNative).Assembly, searchPath: null),
                eventSize
            );
        }
        catch (Exception failure)
            when (failure is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            reason = $"{library} cannot be used: {failure.Message}";
            return null;
        }
    }

    /// <summary>A new queue's descriptor, or -1.</summary>
    internal int Kqueue(out int errno)
    {
        Marshal.SetLastSystemError(0);
        int descriptor = _kqueue();
        errno = Marshal.GetLastSystemError();
        return descriptor;
    }

    /// <summary>Makes changes, then waits for events; how many were filled in, or -1.</summary>
    /// <param name="queue">The queue's descriptor.</param>
    /// <param name="changes">The first change; read during the call.</param>
    /// <param name="changeCount">How many there are.</param>
    /// <param name="events">Room for events; filled during the call.</param>
    /// <param name="capacity">For how many.</param>
    /// <param name="timeoutMilliseconds">-1 waits without end.</param>
    /// <param name="errno">Why it failed.</param>
    internal int Kevent(
        int queue,
        byte* changes,
        int changeCount,
        byte* events,
        int capacity,
        int timeoutMilliseconds,
        out int errno
    )
    {
        TimeSpec time = new()
        {
            Seconds = timeoutMilliseconds / 1000,
            Nanoseconds = timeoutMilliseconds % 1000 * 1_000_000,
        };
        Marshal.SetLastSystemError(0);
        int count = _kevent(queue, changes, changeCount, events, capacity, timeoutMilliseconds < 0 ? null : &time);
        errno = Marshal.GetLastSystemError();
        return count;
    }

    /// <summary>What all systems' <c>struct kevent</c> begin with.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Event
    {
        /// <summary>The descriptor.</summary>
        internal nuint Identifier;

        internal short Filter;

        internal ushort Flags;

        /// <summary>With EV_EOF, the socket's error.</summary>
        internal uint FilterFlags;

        /// <summary>With EV_ERROR, the error number of a change that was refused, or 0.</summary>
        internal long Data;

        /// <summary>The registration's token: comes back as it was given.</summary>
        internal ulong UserData;
    }

    /// <summary><c>struct timespec</c> of a 64-bit system.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal nint Seconds;
        internal nint Nanoseconds;
    }
}
