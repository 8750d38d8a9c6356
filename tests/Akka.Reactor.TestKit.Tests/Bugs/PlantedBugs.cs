using System;
using System.Collections.Generic;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated.Tests.Bugs;

/// <summary>Once in a while the halves of a send change places.</summary>
internal sealed class Reordering(IEngine inner) : WrappedEngine(inner)
{
    private int _sends;

    public override IoResult Send(Registration registration, ReadOnlySpan<byte> buffer)
    {
        if (++_sends % 16 != 0)
        {
            return Inner.Send(registration, buffer);
        }

        int half = buffer.Length / 2;
        byte[] swapped = [.. buffer[half..], .. buffer[..half]];
        return Inner.Send(registration, swapped);
    }
}

/// <summary>What a short send did not take is dropped: it is said to have gone.</summary>
internal sealed class DroppedTail(IEngine inner) : WrappedEngine(inner)
{
    public override IoResult Send(Registration registration, ReadOnlySpan<byte> buffer)
    {
        IoResult result = Inner.Send(registration, buffer);
        return result.Succeeded && result.Count > 0 ? IoResult.Done(buffer.Length) : result;
    }
}

/// <summary>What a short send took is sent again with the rest: it is said to have taken nothing.</summary>
internal sealed class Duplication(IEngine inner) : WrappedEngine(inner)
{
    public override IoResult Send(Registration registration, ReadOnlySpan<byte> buffer)
    {
        IoResult result = Inner.Send(registration, buffer);
        return result.Succeeded && result.Count < buffer.Length ? IoResult.Done(0) : result;
    }
}

/// <summary>What came last for a socket that is gone comes once more, to the next one with its number.</summary>
internal sealed class StaleDelivery(IEngine inner) : WrappedEngine(inner)
{
    private readonly Dictionary<nint, byte[]> _last = [];
    private readonly Dictionary<nint, byte[]> _left = [];

    public override Registration Register(
        nint descriptor,
        SocketKind kind,
        object target,
        Registration? previous = null
    )
    {
        if (previous is not null)
        {
            // The same socket under a fresh registration: what it has is its own.
            _left.Remove(descriptor);
        }

        return base.Register(descriptor, kind, target, previous);
    }

    public override void Deregister(Registration registration)
    {
        if (_last.Remove(registration.Descriptor, out byte[]? last))
        {
            _left[registration.Descriptor] = last;
        }

        base.Deregister(registration);
    }

    public override IoResult Receive(Registration registration, Span<byte> buffer)
    {
        if (_left.Remove(registration.Descriptor, out byte[]? left) && left.Length <= buffer.Length)
        {
            left.CopyTo(buffer);
            return IoResult.Done(left.Length);
        }

        IoResult result = base.Receive(registration, buffer);
        if (result.Count > 0)
        {
            _last[registration.Descriptor] = buffer[..Math.Min(result.Count, 100)].ToArray();
        }

        return result;
    }
}

/// <summary>Every other time that one of these is set nothing happens.</summary>
internal sealed class MissedWakeUp(IWakeSignal inner, MissedWakeUp.Counter sets) : IWakeSignal
{
    public nint Descriptor => inner.Descriptor;

    public void Set()
    {
        if (++sets.Value % 2 != 0)
        {
            inner.Set();
        }
    }

    public void Clear() => inner.Clear();

    public void Wait(int timeoutMilliseconds) => inner.Wait(timeoutMilliseconds);

    public void Dispose() => inner.Dispose();

    /// <summary>Over the signals of one host.</summary>
    internal sealed class Counter
    {
        internal int Value { get; set; }
    }
}
