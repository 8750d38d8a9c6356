using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// A wake signal on Windows: an I/O completion port, to which an engine's requests also complete. The port belongs to the
/// loop and outlives an engine. A wake is a packet of its own; at most one wake packet is in the port.
/// </summary>
/// <remarks>
/// <see cref="Set"/> and <see cref="Dispose"/> can be called on any thread; all other members are for the loop's thread.
/// If the loop waits here and not in its engine, completions of the engine also come out of the port: they are kept for
/// the engine. Completions of an engine that is gone are recognised by their key and dropped. The memory they point to is
/// never read.
/// </remarks>
internal sealed unsafe class CompletionPort : IWakeSignal
{
    private const int Capacity = 256;
    private const nuint WakeKey = 0;

    private readonly Lock _gate = new();

    // The system fills this native memory. This object owns it, frees it in Dispose, and uses it on the loop only.
    private readonly AfdNative.OverlappedEntry* _entries = (AfdNative.OverlappedEntry*)
        NativeMemory.Alloc(Capacity, (nuint)sizeof(AfdNative.OverlappedEntry));

    private readonly Queue<(nuint Key, nint Request)> _kept = new();
    private nint _port;
    private nuint _lastKey;

    // The value is 1 from Set until the wake packet was taken from the port.
    private int _isSet;

    internal CompletionPort()
    {
        // Only one thread waits on the port, so its concurrency is 1.
        _port = AfdNative.CreateIoCompletionPort(AfdNative.INVALID_HANDLE_VALUE, 0, 0, 1);
        if (_port == 0)
        {
            NativeMemory.Free(_entries);
            throw WinsockErrors.LastFault("CreateIoCompletionPort");
        }
    }

    public nint Descriptor => _port;

    /// <summary>The number of completions that were dropped because their engine was gone. For tests and diagnostics.</summary>
    internal long LateCompletions { get; private set; }

    /// <summary>Returns a key for the completions of one engine. No other engine has had it before.</summary>
    internal nuint NextKey() => ++_lastKey;

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 1)
        {
            return;
        }

        // Guards against Dispose on another thread: otherwise the handle could belong to another object when it is posted
        // to.
        lock (_gate)
        {
            if (_port != 0 && AfdNative.PostQueuedCompletionStatus(_port, 0, WakeKey, 0) == 0)
            {
                // The system is out of memory. The next call of Set tries again.
                Volatile.Write(ref _isSet, 0);
            }
        }
    }

    public void Wait(int timeoutMilliseconds)
    {
#pragma warning disable RS0030 // The kernel waits in real time.
        long started = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
        bool woken;
        do
        {
            int count = Dequeue(Capacity, Remaining(started, timeoutMilliseconds), out woken);
            for (int i = 0; i < count; i++)
            {
                if (_entries[i].Key != WakeKey)
                {
                    _kept.Enqueue((_entries[i].Key, _entries[i].Overlapped));
                }
            }
        } while (!woken && Remaining(started, timeoutMilliseconds) != 0);
    }

    public void Clear() => Wait(0);

    /// <summary>
    /// Takes completed requests of one engine, the ones kept for it first. Waits for the first packet of any kind.
    /// </summary>
    /// <param name="key">The engine's key.</param>
    /// <param name="requests">Filled from the front with the pointers that the requests were started with.</param>
    /// <param name="timeoutMilliseconds">0 does not wait, -1 waits without end.</param>
    /// <param name="woken">True if the signal was set. In that case this call has cleared it.</param>
    /// <returns>The number of requests filled in. Can be 0 before the timeout has passed.</returns>
    internal int Take(nuint key, Span<nint> requests, int timeoutMilliseconds, out bool woken)
    {
        int filled = 0;
        while (filled < requests.Length && _kept.TryDequeue(out (nuint Key, nint Request) kept))
        {
            Fill(kept.Key, kept.Request, key, requests, ref filled);
        }

        woken = false;
        if (filled == requests.Length)
        {
            return filled;
        }

        int capacity = Math.Min(Capacity, requests.Length - filled);
        int count = Dequeue(capacity, filled > 0 ? 0 : timeoutMilliseconds, out woken);
        for (int i = 0; i < count; i++)
        {
            Fill(_entries[i].Key, _entries[i].Overlapped, key, requests, ref filled);
        }

        return filled;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_port != 0)
            {
                _ = AfdNative.CloseHandle(_port);
                _port = 0;
                NativeMemory.Free(_entries);
            }
        }
    }

    /// <summary>Returns the time that is left of a wait, rounded up so that no wait ends early; -1 stays without end.</summary>
    internal static int Remaining(long started, int timeoutMilliseconds) =>
        timeoutMilliseconds <= 0
            ? timeoutMilliseconds
            : (int)Math.Max(0, Math.Ceiling(timeoutMilliseconds - Stopwatch.GetElapsedTime(started).TotalMilliseconds));

    private void Fill(nuint packetKey, nint request, nuint key, Span<nint> requests, ref int filled)
    {
        if (packetKey == key)
        {
            requests[filled++] = request;
        }
        else if (packetKey != WakeKey)
        {
            LateCompletions++;
        }
    }

    private int Dequeue(int capacity, int timeoutMilliseconds, out bool woken)
    {
        woken = false;
        ObjectDisposedException.ThrowIf(_port == 0, this);
        uint removed = 0;
        uint milliseconds = unchecked((uint)timeoutMilliseconds);
        if (AfdNative.GetQueuedCompletionStatusEx(_port, _entries, (uint)capacity, &removed, milliseconds, 0) == 0)
        {
            return Marshal.GetLastPInvokeError() == AfdNative.WAIT_TIMEOUT
                ? 0
                : throw WinsockErrors.LastFault("GetQueuedCompletionStatusEx");
        }

        for (int i = 0; i < (int)removed; i++)
        {
            if (_entries[i].Key == WakeKey)
            {
                // Must happen before the loop looks for work: a Set after this line posts a new packet.
                woken = true;
                Interlocked.Exchange(ref _isSet, 0);
            }
        }

        return (int)removed;
    }
}
