using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Bsd;

/// <summary>
/// The engine for kqueue, on macOS and FreeBSD. Interest is a level-triggered filter for reading and one for writing.
/// Changes are given to the system in the call that waits.
/// </summary>
/// <remarks>
/// kqueue reports nothing of a descriptor without a filter, not even a reset. A socket without any interest therefore
/// keeps a filter for reading that is edge-triggered (EV_CLEAR). This filter fires once for each arrival of bytes, which
/// the engine ignores, and when the socket has failed, with the error in <c>fflags</c>. The filter for writing reports a
/// failure by itself. The trigger of a filter cannot be changed, so the filter for reading is deleted and added again.
/// The end of the stream alone (EV_EOF without an error) is input and not a fault.
/// </remarks>
internal sealed unsafe class KqueueEngine : ReadinessEngine
{
    private const int BatchSize = 512;
    private const ulong WakeToken = ulong.MaxValue;

    private readonly KqueueNative _native;
    private readonly IWakeSignal _wake;
    private readonly PosixAbi _abi;
    private readonly nuint _eventSize;
    private readonly int _queue;

    // The system fills and reads this native memory. This engine owns it, frees it in Dispose, and uses it on the loop
    // only.
    private readonly byte* _batch;
    private byte* _changes;
    private int _changeCapacity = BatchSize;
    private int _changeCount;
    private bool _disposed;

    /// <param name="wake">The signal that ends a wait.</param>
    /// <param name="abi">The numbers of this system.</param>
    /// <param name="native">The calls of kqueue.</param>
    internal KqueueEngine(IWakeSignal wake, PosixAbi abi, KqueueNative native)
        : base(new PosixIo(abi))
    {
        _native = native;
        _wake = wake;
        _abi = abi;
        _eventSize = (nuint)native.EventSize;
        _batch = (byte*)NativeMemory.AllocZeroed(BatchSize, _eventSize);
        _changes = (byte*)NativeMemory.AllocZeroed((nuint)_changeCapacity, _eventSize);
        _queue = native.Kqueue(out int errno);
        try
        {
            if (_queue < 0)
            {
                throw abi.Failure("kqueue", errno);
            }

            // kqueue has no flag for close-on-exec. A child process does not inherit a kqueue, but it may inherit the
            // descriptor of an emulation.
            _ = Libc.Fcntl(_queue, Libc.F_SETFD, Libc.FD_CLOEXEC);
            Change(wake.Descriptor, KqueueNative.EVFILT_READ, KqueueNative.EV_ADD, WakeToken);
            Submit();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private enum Reading
    {
        Off,

        /// <summary>The socket is watched for faults only.</summary>
        Muted,
        On,
    }

    protected override void Add(Registration registration)
    {
        // Submits immediately, so that a refusal fails this registration only.
        ChangeReading(registration, Reading.Off, ReadingFor(registration, Interest.None));
        Submit();
    }

    protected override void Apply(Registration registration)
    {
        Interest before = registration.Applied;
        Interest after = registration.Interest;
        ChangeReading(registration, ReadingFor(registration, before), ReadingFor(registration, after));
        if (((before ^ after) & Interest.Write) != 0)
        {
            ushort flags = (after & Interest.Write) != 0 ? KqueueNative.EV_ADD : KqueueNative.EV_DELETE;
            Change(registration.Descriptor, KqueueNative.EVFILT_WRITE, flags, registration.Token);
        }
    }

    // Submits immediately and not with the next wait, because the number may belong to another socket by then. The kernel
    // removes its filters when the descriptor is closed, but an emulation may keep them.
    protected override void Remove(Registration registration)
    {
        ChangeReading(registration, ReadingFor(registration, registration.Applied), Reading.Off);
        if ((registration.Applied & Interest.Write) != 0)
        {
            Change(registration.Descriptor, KqueueNative.EVFILT_WRITE, KqueueNative.EV_DELETE, registration.Token);
        }

        // A failure means that the descriptor is already closed and its filters are gone with it.
        _ = TrySubmit(out _);
    }

    protected override int Poll(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        int changes = _changeCount;
        _changeCount = 0;
        int capacity = Math.Min(events.Length, BatchSize);
        int count = _native.Kevent(_queue, _changes, changes, _batch, capacity, timeoutMilliseconds, out int errno);
        if (count < 0)
        {
            // The wait was interrupted. The changes were made before the wait.
            return errno == Libc.EINTR ? 0 : throw _abi.Failure("kevent", errno);
        }

        int filled = 0;
        for (int i = 0; i < count; i++)
        {
            KqueueNative.Event* entry = (KqueueNative.Event*)(_batch + ((nuint)i * _eventSize));
            if (entry->UserData == WakeToken)
            {
                _wake.Clear();
                continue;
            }

            if (Table.Find(entry->UserData) is not { } registration)
            {
                continue;
            }

            Readiness readiness = ToReadiness(entry, registration);
            if (readiness == Readiness.None)
            {
                continue;
            }

            // The index of this registration's last event. The events of its two filters become one.
            int place = registration.Place;
            if (place < filled && events[place].Registration == registration)
            {
                readiness |= events[place].Readiness;
            }
            else
            {
                place = filled++;
                registration.Place = place;
            }

            events[place] = new EngineEvent(registration, readiness);
        }

        return filled;
    }

    public override void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_queue >= 0)
        {
            _ = Libc.Close(_queue);
        }

        NativeMemory.Free(_batch);
        NativeMemory.Free(_changes);
    }

    private static Reading ReadingFor(Registration registration, Interest interest)
    {
        if ((interest & Interest.Read) != 0)
        {
            return Reading.On;
        }

        // A listening socket has no faults to watch for. For other sockets a filter for writing also reports faults.
        return interest == Interest.None && registration.Kind != SocketKind.Listening ? Reading.Muted : Reading.Off;
    }

    private Readiness ToReadiness(KqueueNative.Event* entry, Registration registration)
    {
        if ((entry->Flags & KqueueNative.EV_ERROR) != 0)
        {
            // A change was refused because the descriptor was closed while registered. If a filter that is to be deleted
            // is already gone, that is not a fault.
            return entry->Data is 0 or Libc.ENOENT ? Readiness.None : Readiness.Fault;
        }

        Readiness readiness = Readiness.None;
        if ((entry->Flags & KqueueNative.EV_EOF) != 0 && entry->FilterFlags != 0)
        {
            readiness |= Readiness.Fault;

            // A kqueue also leaves the error on the socket. An emulation takes it from the socket in order to report it.
            int errno = (int)entry->FilterFlags;
            registration.TakenError = IoResult.Failed(_abi.ToFault(errno), errno);
        }

        if (entry->Filter == KqueueNative.EVFILT_WRITE)
        {
            readiness |= Readiness.Writable;
        }
        else if ((registration.Interest & Interest.Read) != 0)
        {
            readiness |= Readiness.Readable;
        }

        return readiness;
    }

    private void ChangeReading(Registration registration, Reading before, Reading after)
    {
        if (before == after)
        {
            return;
        }

        nint descriptor = registration.Descriptor;
        if (before != Reading.Off)
        {
            Change(descriptor, KqueueNative.EVFILT_READ, KqueueNative.EV_DELETE, registration.Token);
        }

        if (after != Reading.Off)
        {
            int flags = KqueueNative.EV_ADD | (after == Reading.Muted ? KqueueNative.EV_CLEAR : 0);
            Change(descriptor, KqueueNative.EVFILT_READ, (ushort)flags, registration.Token);
        }
    }

    private void Change(nint descriptor, short filter, ushort flags, ulong token)
    {
        if (_changeCount == _changeCapacity)
        {
            // The bytes after the known fields must be zero, also in new memory.
            int capacity = _changeCapacity * 2;
            nuint used = (nuint)_changeCapacity * _eventSize;
            _changes = (byte*)NativeMemory.Realloc(_changes, (nuint)capacity * _eventSize);
            NativeMemory.Clear(_changes + used, ((nuint)capacity * _eventSize) - used);
            _changeCapacity = capacity;
        }

        KqueueNative.Event* change = (KqueueNative.Event*)(_changes + ((nuint)_changeCount++ * _eventSize));
        *change = new KqueueNative.Event
        {
            Identifier = (nuint)descriptor,
            Filter = filter,
            Flags = flags,
            UserData = token,
        };
    }

    private void Submit()
    {
        if (!TrySubmit(out int errno))
        {
            throw _abi.Failure("kevent", errno);
        }
    }

    // Without memory for events the call makes the changes, does not wait, and fails with the first refused change.
    private bool TrySubmit(out int errno)
    {
        errno = 0;
        int changes = _changeCount;
        _changeCount = 0;
        return changes == 0 || _native.Kevent(_queue, _changes, changes, null, 0, 0, out errno) >= 0;
    }
}
