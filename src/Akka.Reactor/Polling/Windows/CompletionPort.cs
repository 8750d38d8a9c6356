using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// A wake signal on Windows: an I/O completion port, to which an engine's requests complete as well. It belongs to the
/// loop and outlives an engine. A wake is a packet of its own, of which at most one is in the port.
/// </summary>
/// <remarks>
/// Members are for the loop's thread, <see cref="Set"/> and <see cref="Dispose"/> for any. While the loop waits here and
/// not in its engine, the engine's completions come out all the same: they are kept for it. Those of an engine that is
/// gone are dropped by their key, and never looked into.
/// </remarks>
internal sealed unsafe class CompletionPort : IWakeSignal
{
    private const int Capacity = 256;
    private const nuint WakeKey = 0;

    private readonly Lock _gate = new();

    // Native memory for the system to fill: owned by this object, freed in Dispose, touched on the loop only.
    private readonly AfdNative.OverlappedEntry* _entries = (AfdNative.OverlappedEntry*)
        NativeMemory.Alloc(Capacity, (nuint)sizeof(AfdNative.OverlappedEntry));

    private readonly Queue<(nuint Key, nint Request)> _kept = new();
    private nint _port;
    private nuint _lastKey;

    // 1 from Set until the packet was taken from the port.
    private int _isSet;

    internal CompletionPort()
    {
        // One thread waits, hence one may run.
        _port = AfdNative.CreateIoCompletionPort(AfdNative.INVALID_HANDLE_VALUE, 0, 0, 1);
        if (_port == 0)
        {
            NativeMemory.Free(_entries);
            throw WinsockErrors.LastFault("CreateIoCompletionPort");
        }
    }

    public nint Descriptor => _port;

    /// <summary>Completions dropped because their engine was gone. For tests and diagnostics.</summary>
    internal long LateCompletions { get; private set; }

    /// <summary>A number for an engine's completions that none had before.</summary>
    internal nuint NextKey() => ++_lastKey;

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 1)
        {
            return;
        }

        // Against Dispose on another thread: the handle may be another object's by the time it is posted to.
        lock (_gate)
        {
            if (_port != 0 && AfdNative.PostQueuedCompletionStatus(_port, 0, WakeKey, 0) == 0)
            {
                // Out of memory: the next set tries again.
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
    /// Takes completed requests of one engine, after the ones kept for it; waits for the first packet of any kind.
    /// </summary>
    /// <param name="key">The engine's key.</param>
    /// <param name="requests">Filled from the front with what the requests were made with.</param>
    /// <param name="timeoutMilliseconds">0 does not wait, -1 waits without end.</param>
    /// <param name="woken">The signal was set; it is not any more.</param>
    /// <returns>How many were filled in; may be 0 before the time is over.</returns>
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

    /// <summary>What is left of a waiting time: rounded up, so that nothing ends early; -1 stays without end.</summary>
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
                // Before the loop looks for work: what is set from here on posts again.
                woken = true;
                Interlocked.Exchange(ref _isSet, 0);
            }
        }

        return (int)removed;
    }
}
