using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Bugs;

/// <summary>Once in a while two writes change places.</summary>
internal sealed class ReorderingLayer(IActorRef lower) : LayerActor(lower)
{
    private int _writes;
    private (Write Write, IActorRef Sender)? _held;

    protected override void OnWrite(Write write, IActorRef sender)
    {
        if (_held is null && ++_writes % 4 == 0)
        {
            _held = (write, sender);
            return;
        }

        base.OnWrite(write, sender);
        PassHeld();
    }

    protected override void OnCommand(ITransportCommand command)
    {
        PassHeld();
        base.OnCommand(command);
    }

    private void PassHeld()
    {
        if (_held is { } held)
        {
            _held = null;
            base.OnWrite(held.Write, held.Sender);
        }
    }
}

/// <summary>Some writes leave twice.</summary>
internal sealed class DuplicatingLayer(IActorRef lower) : LayerActor(lower)
{
    private int _writes;

    protected override void OnWrite(Write write, IActorRef sender)
    {
        base.OnWrite(write, sender);
        if (++_writes % 4 == 0)
        {
            Lower.Tell(new Write(write.Data), Self);
        }
    }
}

/// <summary>Gives back what it has passed on, which the protocol above may not have read yet.</summary>
internal sealed class ReleasingLayer(IActorRef lower) : LayerActor(lower)
{
    private protected override bool HasReadAll => true;
}

/// <summary>
/// Passes writes down in its own name, so that each answer comes back to the layer, which tells the writer. Answers that come
/// when the layer has stopped with its protocol are lost.
/// </summary>
internal class AnsweringLayer(IActorRef lower) : LayerActor(lower)
{
    protected sealed override void OnWrite(Write write, IActorRef sender) =>
        Lower.Tell(write with { Data = Change(write.Data), Ack = new Passed(write, sender) }, Self);

    protected sealed override void OnMessage(object message)
    {
        switch (message)
        {
            case Passed passed:
                OnAcknowledged(passed.Write, passed.Sender);
                break;
            case WriteFailed { Write.Ack: Passed passed, Cause: var reason }:
                OnFailed(passed.Write, passed.Sender, reason);
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    protected virtual ReadOnlySequence<byte> Change(ReadOnlySequence<byte> data) => data;

    protected virtual void OnAcknowledged(Write write, IActorRef sender)
    {
        if (write.Ack is { } ack)
        {
            Answer(sender, ack);
        }
    }

    protected virtual void OnFailed(Write write, IActorRef sender, ReactorException reason) =>
        Answer(sender, new WriteFailed(write, reason));

    private sealed record Passed(Write Write, IActorRef Sender);
}

/// <summary>The last byte of some writes does not leave.</summary>
internal sealed class LosingLayer(IActorRef lower) : AnsweringLayer(lower)
{
    private int _writes;

    protected override ReadOnlySequence<byte> Change(ReadOnlySequence<byte> data) =>
        ++_writes % 4 == 0 && data.Length > 1 ? data.Slice(0, data.Length - 1) : data;
}

/// <summary>Copies every write into the same block, also while the one before it has not left yet.</summary>
internal sealed class ReusingLayer(IActorRef lower) : AnsweringLayer(lower)
{
    private byte[] _block = [];

    protected override ReadOnlySequence<byte> Change(ReadOnlySequence<byte> data)
    {
        if (_block.Length < data.Length)
        {
            _block = new byte[data.Length];
        }

        data.CopyTo(_block);
        return new ReadOnlySequence<byte>(_block, 0, (int)data.Length);
    }
}

/// <summary>Tells the writer of every acknowledgement twice.</summary>
internal sealed class AnsweringTwiceLayer(IActorRef lower) : AnsweringLayer(lower)
{
    protected override void OnAcknowledged(Write write, IActorRef sender)
    {
        base.OnAcknowledged(write, sender);
        base.OnAcknowledged(write, sender);
    }
}

/// <summary>Refuses some writes that were accepted, and have left.</summary>
internal sealed class RefusingLateLayer(IActorRef lower) : AnsweringLayer(lower)
{
    private int _writes;

    protected override void OnAcknowledged(Write write, IActorRef sender)
    {
        if (++_writes % 4 == 0)
        {
            OnFailed(write, sender, new WriteRefusedException(write.Data.Length, 0, 0));
        }
        else
        {
            base.OnAcknowledged(write, sender);
        }
    }
}
