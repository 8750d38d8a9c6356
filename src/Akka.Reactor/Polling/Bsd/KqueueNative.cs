using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Bsd;

/// <summary>
/// The two calls of kqueue, found by name in a library at run time: the C library of a BSD, or an emulation on another
/// Unix. Every pointer passed is to memory that the engine owns; the system uses it during the call only.
/// </summary>
internal sealed unsafe class KqueueNative
{
    /// <summary>
    /// The size in bytes of <c>struct kevent</c> on macOS (and OpenBSD). FreeBSD's struct since version 12 begins with
    /// the same fields and has 32 more bytes, which are not used here.
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

    /// <summary>The distance in bytes from one event to the next in an array.</summary>
    internal int EventSize { get; }

    /// <summary>
    /// Loads the library, which stays loaded for the rest of the process. If that is not possible, returns null and the
    /// reason.
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

    /// <summary>Creates a queue; returns its descriptor, or -1.</summary>
    internal int Kqueue(out int errno)
    {
        Marshal.SetLastSystemError(0);
        int descriptor = _kqueue();
        errno = Marshal.GetLastSystemError();
        return descriptor;
    }

    /// <summary>Makes changes, then waits for events. Returns the number of events filled in, or -1.</summary>
    /// <param name="queue">The queue's descriptor.</param>
    /// <param name="changes">The first change; read during the call only.</param>
    /// <param name="changeCount">The number of changes.</param>
    /// <param name="events">The memory for events; filled during the call only.</param>
    /// <param name="capacity">The number of events that fit in this memory.</param>
    /// <param name="timeoutMilliseconds">The longest time to wait; -1 waits without end.</param>
    /// <param name="errno">The error number, if the call has failed.</param>
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

    /// <summary>The first fields of <c>struct kevent</c>, which are the same on all systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Event
    {
        /// <summary>The descriptor.</summary>
        internal nuint Identifier;

        internal short Filter;

        internal ushort Flags;

        /// <summary>The socket's error, if EV_EOF is set.</summary>
        internal uint FilterFlags;

        /// <summary>If EV_ERROR is set: the error number of a refused change, or 0.</summary>
        internal long Data;

        /// <summary>The registration's token, which the system returns unchanged.</summary>
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
