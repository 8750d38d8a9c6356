namespace Akka.Reactor.Polling.Linux;

/// <summary>The kinds of request a socket can have with the kernel, at most one of each at a time.</summary>
internal enum UringOperation : byte
{
    /// <summary>Multishot receive, or accept.</summary>
    Input,
    Send,

    /// <summary>Poll for being writable, once.</summary>
    PollWrite,

    /// <summary>Poll for nothing, which tells errors and hang-ups.</summary>
    Watch,
}

internal enum UringRequestState : byte
{
    Idle,

    /// <summary>Queued or with the kernel, which will post its last completion.</summary>
    Running,

    /// <summary>The same, and to be cancelled: its last completion comes soon.</summary>
    Cancelling,
}

/// <summary>One request of a socket.</summary>
internal struct UringRequest
{
    /// <summary>The user data of requests whose completion says nothing.</summary>
    internal const ulong Ignored = ulong.MaxValue;

    /// <summary>The user data of the poll on the wake signal.</summary>
    internal const ulong Wake = ulong.MaxValue - 1;

    private const int OperationBits = 3;

    internal UringRequestState State;

    /// <summary>Where it was queued; says whether the kernel has seen it.</summary>
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
