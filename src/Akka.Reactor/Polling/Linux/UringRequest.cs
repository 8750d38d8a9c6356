namespace Akka.Reactor.Polling.Linux;

/// <summary>The kinds of request that a socket can have with the kernel, at most one of each kind at a time.</summary>
internal enum UringOperation : byte
{
    /// <summary>A receive, or an accept.</summary>
    Input,
    Send,

    /// <summary>A poll for writability: one-shot, or multishot after the peer's FIN.</summary>
    PollWrite,

    /// <summary>A poll with an empty mask, which reports errors and hang-ups.</summary>
    Watch,
}

internal enum UringRequestState : byte
{
    Idle,

    /// <summary>The request is queued or with the kernel. Its last completion is still to come.</summary>
    Running,

    /// <summary>Like <see cref="Running"/>, but the request is to be cancelled: its last completion comes soon.</summary>
    Cancelling,
}

/// <summary>One request of a socket.</summary>
internal struct UringRequest
{
    /// <summary>The user data of requests whose completion carries no information.</summary>
    internal const ulong Ignored = ulong.MaxValue;

    /// <summary>The user data of the poll on the wake signal.</summary>
    internal const ulong Wake = ulong.MaxValue - 1;

    private const int OperationBits = 3;

    internal UringRequestState State;

    /// <summary>
    /// The request's position in the queue, by which <see cref="UringRing.IsQueued"/> knows whether the kernel has seen
    /// it.
    /// </summary>
    internal ulong Position;

    internal readonly bool IsIdle => State == UringRequestState.Idle;

    internal static ulong UserData(int slot, UringOperation operation) =>
        ((ulong)(uint)slot << OperationBits) | (ulong)operation;

    internal static int Slot(ulong userData) => (int)(userData >> OperationBits);

    internal static UringOperation Operation(ulong userData) => (UringOperation)(userData & ((1 << OperationBits) - 1));
}

/// <summary>A socket's requests by <see cref="UringOperation"/>.</summary>
[System.Runtime.CompilerServices.InlineArray(Count)]
internal struct UringRequests
{
    internal const int Count = 4;

    private UringRequest _first;
}
