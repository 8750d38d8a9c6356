using System;
using System.Runtime.InteropServices;
using System.Threading;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// One io_uring: its descriptor and the two queues in memory shared with the kernel. It can be created on any thread. The
/// thread that calls <see cref="Enable"/> owns it from then on.
/// </summary>
/// <remarks>
/// There are two modes; the ring uses the first one that the kernel accepts. In the preferred mode the kernel produces
/// completions only while the owning thread is in <see cref="Enter"/>, so nothing is received between these calls; the
/// kernel refuses calls from any other thread (EEXIST). In the other mode the kernel produces completions whenever the
/// owning thread is in the kernel.
/// </remarks>
internal sealed unsafe class UringRing : IDisposable
{
    private const uint Common =
        UringNative.SetupDisabled
        | UringNative.SetupSubmitAll
        | UringNative.SetupClamp
        | UringNative.SetupCqSize
        | UringNative.SetupTaskrunFlag;

    private const uint Deferred = Common | UringNative.SetupSingleIssuer | UringNative.SetupDeferTaskrun;
    private const uint Cooperative = Common | UringNative.SetupCoopTaskrun;

    private readonly uint _sqMask;
    private readonly uint _cqMask;

    // The kernel shares this memory. The constructor maps it, and Dispose unmaps it; after that only the kernel's own
    // mapping is left.
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly UringSqe* _sqes;
    private readonly nuint _sqesLength;
    private readonly uint* _sqHead;
    private readonly uint* _sqTail;
    private readonly uint* _sqFlags;
    private readonly uint* _cqHead;
    private readonly uint* _cqTail;
    private readonly UringCqe* _cqes;

    // The kernel counts with 32 bits. With 64 bits a request that runs for long is never mistaken for one that still
    // waits in the queue.
    private ulong _queued;
    private ulong _submitted;

    private bool _disposed;

    /// <exception cref="SocketFaultException">The system refuses the ring.</exception>
    internal UringRing(UringSizes sizes)
    {
        UringParams parameters = default;
        Descriptor = Open(sizes, Deferred, &parameters);
        OneThreadOnly = Descriptor >= 0;
        if (Descriptor < 0 && Marshal.GetLastPInvokeError() == UringNative.EINVAL)
        {
            Descriptor = Open(sizes, Cooperative, &parameters);
        }

        if (Descriptor < 0)
        {
            throw PosixAbi.Linux.LastFailure("io_uring_setup");
        }

        Features = parameters.Features;
        _sqMask = parameters.SqEntries - 1;
        _cqMask = parameters.CqEntries - 1;
        _sqesLength = parameters.SqEntries * (nuint)sizeof(UringSqe);
        _ringsLength = Math.Max(
            parameters.SqArray + (parameters.SqEntries * (nuint)sizeof(uint)),
            parameters.Cqes + (parameters.CqEntries * (nuint)sizeof(UringCqe))
        );
        _rings = UringNative.Map(Descriptor, _ringsLength, UringNative.SqRingOffset);
        _sqes = _rings is null ? null : (UringSqe*)UringNative.Map(Descriptor, _sqesLength, UringNative.SqesOffset);
        if (_sqes is null)
        {
            SocketFaultException fault = PosixAbi.Linux.LastFailure("mmap");
            Dispose();
            throw fault;
        }

        _sqHead = (uint*)(_rings + parameters.SqHead);
        _sqTail = (uint*)(_rings + parameters.SqTail);
        _sqFlags = (uint*)(_rings + parameters.SqFlags);
        _cqHead = (uint*)(_rings + parameters.CqHead);
        _cqTail = (uint*)(_rings + parameters.CqTail);
        _cqes = (UringCqe*)(_rings + parameters.Cqes);
        uint* array = (uint*)(_rings + parameters.SqArray);
        for (uint i = 0; i < parameters.SqEntries; i++)
        {
            // The kernel takes requests in the order of their places in the queue.
            array[i] = i;
        }
    }

    internal int Descriptor { get; }

    /// <summary>The features that the kernel reports.</summary>
    internal uint Features { get; }

    /// <summary>
    /// True if the kernel accepts calls from the owning thread only, and does nothing for this ring outside of these
    /// calls.
    /// </summary>
    internal bool OneThreadOnly { get; }

    /// <summary>True after <see cref="Enable"/>.</summary>
    internal bool Enabled { get; private set; }

    /// <summary>True while there are completions to take.</summary>
    internal bool HasCompletions => *_cqHead != Volatile.Read(ref *_cqTail);

    /// <summary>True while the kernel has more completions than it posted in the last <see cref="Enter"/>.</summary>
    internal bool HasMore => (Volatile.Read(ref *_sqFlags) & (UringNative.SqTaskrun | UringNative.SqOverflow)) != 0;

    /// <summary>
    /// True if the kernel refused the last <see cref="Enter"/> for now: memory is short, or completions must be taken
    /// first.
    /// </summary>
    internal bool Refused { get; private set; }

    /// <summary>Makes the calling thread the ring's owner.</summary>
    internal void Enable()
    {
        if (UringNative.Register(Descriptor, UringNative.RegisterEnableRings, null, 0) < 0)
        {
            throw PosixAbi.Linux.LastFailure("io_uring_register(ENABLE_RINGS)");
        }

        Enabled = true;
    }

    /// <summary>
    /// Adds a cleared request at the end of the queue and returns it and its position; returns false when the queue is
    /// full.
    /// </summary>
    internal bool TryQueue(out UringSqe* request, out ulong position)
    {
        position = _queued;
        if (_queued - _submitted > _sqMask)
        {
            request = null;
            return false;
        }

        request = _sqes + (uint)(_queued++ & _sqMask);
        *request = default;
        return true;
    }

    /// <summary>Returns true if the kernel has not seen the request at this position yet.</summary>
    internal bool IsQueued(ulong position) => position >= _submitted;

    /// <summary>Turns a request that is still queued into one that does nothing and has no completion.</summary>
    internal void Neutralise(ulong position)
    {
        UringSqe* request = _sqes + (uint)(position & _sqMask);
        *request = default;
        request->Operation = UringNative.OpNop;
        request->Flags = UringNative.SqeSkipSuccess;
        request->UserData = UringRequest.Ignored;
    }

    /// <summary>Submits the queued requests and lets the kernel complete as many as it can, without waiting.</summary>
    internal void Submit() => Enter(0);

    /// <summary>
    /// Submits the queued requests and waits until there is a completion; 0 does not wait, -1 waits without end. May
    /// return early, with no completion to take. Makes no system call when there is nothing to submit, to wait for or to
    /// complete.
    /// </summary>
    internal void Enter(int timeoutMilliseconds)
    {
        uint submit = (uint)(_queued - _submitted);
        if (timeoutMilliseconds == 0 && submit == 0 && !HasMore)
        {
            return;
        }

        // Both structures live on this stack frame; the kernel reads them during the call.
        UringTimeSpan timeout = new()
        {
            Seconds = timeoutMilliseconds / 1000,
            Nanoseconds = timeoutMilliseconds % 1000 * 1_000_000L,
        };
        UringWaitArgument argument = new() { Timeout = timeoutMilliseconds > 0 ? &timeout : null };
        Volatile.Write(ref *_sqTail, (uint)_queued);
        int result = UringNative.Enter(
            Descriptor,
            submit,
            timeoutMilliseconds == 0 ? 0u : 1u,
            UringNative.EnterGetEvents | UringNative.EnterExtArg,
            &argument,
            (nuint)sizeof(UringWaitArgument)
        );
        int errno = result < 0 ? Marshal.GetLastPInvokeError() : 0;

        // The queue's head shows how many requests the kernel has taken. The result shows it only if there was nothing
        // else to report.
        _submitted = _queued - unchecked((uint)_queued - Volatile.Read(ref *_sqHead));

        Refused = errno is UringNative.EBUSY or Libc.EAGAIN;

        // EBUSY and EAGAIN: completions must be taken first, or memory is short. Requests that were not submitted stay
        // queued.
        if (errno is not (0 or Libc.EINTR or UringNative.ETIME or UringNative.EBUSY or Libc.EAGAIN))
        {
            throw PosixAbi.Linux.Failure("io_uring_enter", errno);
        }
    }

    /// <summary>Takes the next completion; returns false if there is none.</summary>
    internal bool TryTake(out UringCqe completion)
    {
        uint head = *_cqHead;
        if (head == Volatile.Read(ref *_cqTail))
        {
            completion = default;
            return false;
        }

        completion = _cqes[head & _cqMask];
        Volatile.Write(ref *_cqHead, head + 1);
        return true;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_sqes is not null)
        {
            _ = UringNative.Unmap((byte*)_sqes, _sqesLength);
        }

        if (_rings is not null)
        {
            _ = UringNative.Unmap(_rings, _ringsLength);
        }

        _ = Libc.Close(Descriptor);
    }

    private static int Open(UringSizes sizes, uint flags, UringParams* parameters)
    {
        *parameters = default;
        parameters->Flags = flags;
        parameters->CqEntries = (uint)sizes.Completions;
        return UringNative.Setup((uint)sizes.Submissions, parameters);
    }
}
