using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>What an owner can do to its connection, whatever kind of actor it is.</summary>
internal interface IOwner
{
    IActorRef Self { get; }

    void Tell(ITransportCommand command, IActorRef? sender);

    /// <summary>Whether a write that this sender is answered for is refused exactly until Writable is handled.</summary>
    bool Paces(IActorRef? sender);

    void Suspend();

    void Resume();

    void Close();

    void CloseWrite();

    void Abort();

    void PutLayer();

    /// <summary>Gives the connection to the next owner.</summary>
    void HandOn();

    /// <summary>Tells itself a tick after this.</summary>
    void TickAfter(TimeSpan delay);

    void Stop();
}

/// <summary>Does what the plan says, as one of the owners that a connection has one after the other.</summary>
internal sealed class PlannedOwner(ConnectionPlan plan, IActorRef courier, IOwner hands)
{
    internal const int FirstWriter = 2;
    private const int MostOwners = WriteRecord.Writers - FirstWriter;
    private const int MostLayers = 3;

    private readonly OwnerRecord _record = new();
    private readonly List<byte[]> _numbered = [];
    private int _writer;
    private int _next;
    private int _epoch;
    private bool _refused;
    private bool _napping;
    private bool _handedOn;
    private bool _awaitsPeer;

    internal ConnectionPlan Plan => plan;

    internal bool IsNapping => _napping;

    internal int Writer => _writer;

    /// <summary>It owns the connection and has not asked for its end.</summary>
    private bool Acts => !_handedOn && !plan.EndTold && _record.Ends.Count == 0;

    internal void Connected(Connected connected)
    {
        if (!plan.Connected)
        {
            plan.Connected = true;
            plan.Lowest = connected.Transport;
            courier.Tell(new Courier.Watched(plan), hands.Self);
        }

        _writer = FirstWriter + plan.Owners.Count;
        plan.Owners.Add(_record);
        if (plan.Random.Chance(0.5))
        {
            Act();
        }

        TickLater();
    }

    internal void Tick()
    {
        if (Acts)
        {
            Act();
            TickLater();
        }
    }

    internal void Received(in ReadOnlySequence<byte> data)
    {
        foreach (ReadOnlyMemory<byte> part in data)
        {
            _record.Received.Write(part.Span);
        }

        if (Acts && plan.Random.Chance(0.3))
        {
            Act();
        }
    }

    /// <summary>Writes what was received, from where it lies: it leaves unchanged, though the owner keeps nothing.</summary>
    internal void WriteReceived(ReadOnlySequence<byte> data)
    {
        if (Acts && !_refused && _next == _numbered.Count)
        {
            data = data.Slice(0, Math.Min(data.Length, plan.Limit - 1));
            byte[] bytes = [WriteRecord.FirstByte(_writer, _next), .. data.ToArray()];
            _numbered.Add(bytes);
            Write(_next++, bytes, data);
        }
    }

    internal void PeerFinished()
    {
        plan.PeerFinished = true;
        if (_awaitsPeer && Acts)
        {
            Close();
        }
    }

    internal void Writable()
    {
        _epoch++;
        _refused = false;
        WriteRefusedOnes();
    }

    /// <summary>An answer to a write. False: it was something else.</summary>
    internal bool Answered(object message)
    {
        if (!plan.NoteAnswer(message))
        {
            return false;
        }

        if (message is WriteFailed { Cause: WriteRefusedException } failure)
        {
            WriteRecord refused = plan.ByWrite[(Write)failure.Write];
            if (plan.Resends && refused.Writer == _writer && refused.Data.Length > 0)
            {
                _refused = true;
                _next = Math.Min(_next, refused.Number);
            }
        }

        return true;
    }

    internal void Closed(Closed closed) => _record.Ends.Add(closed.Reason);

    /// <summary>Resumes reading if it is suspended.</summary>
    internal void Wake()
    {
        if (_napping)
        {
            Nap();
        }
    }

    private void TickLater() => hands.TickAfter(TimeSpan.FromMilliseconds(1 + plan.Random.Next(40)));

    private void Act()
    {
        if (!plan.Steps.TryDequeue(out Step step))
        {
            End();
            return;
        }

        switch (step)
        {
            case Step.Write:
                WriteSome();
                break;
            case Step.WriteFromThird:
                courier.Tell(new Courier.Burst(plan, 1 + plan.Random.Next(6)), hands.Self);
                break;
            case Step.Nap:
                Nap();
                break;
            case Step.Layer when plan.Layers < MostLayers:
                plan.Layers++;
                hands.PutLayer();
                break;
            case Step.HandOn when plan.Owners.Count < MostOwners:
                _handedOn = true;
                hands.HandOn();
                break;
        }
    }

    private void Nap()
    {
        _napping = !_napping;
        if (_napping)
        {
            hands.Suspend();
        }
        else
        {
            hands.Resume();
        }
    }

    private void WriteSome()
    {
        int count = 1 + plan.Random.Next(12);
        for (int i = 0; i < count; i++)
        {
            int size = plan.DrawSize();
            if (size == 0)
            {
                Write(_numbered.Count, []);
            }
            else
            {
                _numbered.Add(WriteRecord.Bytes(_writer, _numbered.Count, size));
            }

            WriteRefusedOnes();
        }
    }

    // With nothing refused: what was added since.
    private void WriteRefusedOnes()
    {
        while (!_refused && Acts && _next < _numbered.Count)
        {
            Write(_next, _numbered[_next]);
            _next++;
        }
    }

    private void Write(int number, byte[] data, ReadOnlySequence<byte> received = default)
    {
        bool sender = plan.AnsweredElsewhere || plan.Random.Chance(0.8);
        IActorRef? teller =
            plan.AnsweredElsewhere ? courier
            : sender ? hands.Self
            : ActorRefs.NoSender;
        bool exact = plan.IsDirect || hands.Paces(teller);
        Write write = plan.NewWrite(_writer, number, data, sender, _epoch, Loss, plan.EndTold, exact, received);
        hands.Tell(write, teller);
    }

    // An answer to the owner itself is missed when it comes behind Closed. A bare channel on the same loop acts at once.
    private Loss Loss =>
        plan.AnsweredElsewhere ? Loss.Never
        : plan.IsDirect
            ? ((TransportRef)plan.Lowest).IsTerminated ? Loss.Allowed
                : Loss.Never
        : plan.EndTold ? Loss.Allowed
        : Loss.WhenCut;

    private void End()
    {
        Wake();
        switch (plan.Ending)
        {
            case Ending.Close:
                Close();
                break;
            case Ending.CloseAndStop:
                Close();
                plan.OwnerStopped = true;
                hands.Stop();
                break;
            case Ending.CloseWrite:
                plan.CloseWriteTold = true;
                hands.CloseWrite();
                WriteLate();
                break;
            case Ending.AfterPeer when plan.PeerFinished:
                Close();
                break;
            case Ending.AfterPeer:
                _awaitsPeer = true;
                break;
            case Ending.Abort:
                plan.AbortTold = true;
                hands.Abort();
                WriteLate();
                break;
            case Ending.Stop:
                plan.AbortTold = true;
                plan.OwnerStopped = true;
                hands.Stop();
                break;
        }
    }

    private void Close()
    {
        plan.CloseTold = true;
        hands.Close();
        WriteLate();
    }

    private void WriteLate()
    {
        if (plan.Random.Chance(0.3))
        {
            Write(_numbered.Count, WriteRecord.Bytes(_writer, _numbered.Count, 1 + plan.Random.Next(100)));
        }
    }
}
