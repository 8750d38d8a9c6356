using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Simulated.Tests.Bugs;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>What the owner of a connection does next.</summary>
internal enum Step
{
    /// <summary>A few writes in a row.</summary>
    Write,

    /// <summary>The same from another actor.</summary>
    WriteFromThird,

    /// <summary>Suspends reading, or resumes.</summary>
    Nap,

    /// <summary>Puts a layer in that changes nothing.</summary>
    Layer,

    /// <summary>Gives the connection to another owner.</summary>
    HandOn,

    Rest,
}

/// <summary>How the last owner of a connection ends it.</summary>
internal enum Ending
{
    /// <summary>Close with whatever is queued; what the peer sends after that is discarded.</summary>
    Close,

    /// <summary>The same, and the owner stops at once.</summary>
    CloseAndStop,

    /// <summary>Half-close with whatever is queued, and wait for the peer's end.</summary>
    CloseWrite,

    /// <summary>Wait for the peer's end, and close.</summary>
    AfterPeer,

    Abort,

    /// <summary>The owner stops and has not closed.</summary>
    Stop,
}

/// <summary>How a peer behaves.</summary>
internal enum Manner
{
    Fast,
    Slow,
    Bursts,
    NeverReads,
    FinishesEarly,
    Resets,
}

/// <summary>What is to happen on one connection, drawn from the run's seed, and what was seen of it.</summary>
internal sealed class ConnectionPlan
{
    private const int MostSteps = 25;

    private readonly int[] _lastAcknowledged = new int[WriteRecord.Writers];

    internal ConnectionPlan(int seed, int limit)
    {
        Random = new SeededRandom(seed);
        Limit = limit;
        Ending = (Ending)Random.Next(6);
        Manner = (Manner)Random.Next(6);
        AnsweredElsewhere = Ending is Ending.CloseAndStop or Ending.Stop;
        Resends = !AnsweredElsewhere && Random.Chance(0.5);
        Nibbles = Random.Chance(0.5);
        KeepsNothing = Random.Chance(0.5);
        Awaits = Random.Chance(0.3);
        int steps = Random.Next(MostSteps);
        for (int i = 0; i < steps; i++)
        {
            Steps.Enqueue(
                Random.Next(12) switch
                {
                    < 4 => Step.Write,
                    < 6 => Step.WriteFromThird,
                    < 8 => Step.Nap,
                    8 => Step.Layer,
                    9 => Step.HandOn,
                    _ => Step.Rest,
                }
            );
        }
    }

    internal SeededRandom Random { get; }

    internal int Limit { get; }

    internal Ending Ending { get; }

    internal Manner Manner { get; }

    /// <summary>The first owner is on a dispatcher of Akka's and not on the loop.</summary>
    internal bool OffLoop { get; init; }

    /// <summary>The owner stops at the end, and has its writes answered to somebody who stays.</summary>
    internal bool AnsweredElsewhere { get; }

    /// <summary>Owners tell again what was refused, and nothing else until then.</summary>
    internal bool Resends { get; }

    /// <summary>Protocols do not use everything they are offered at once.</summary>
    internal bool Nibbles { get; }

    /// <summary>Protocols let the loop receive again into the memory of what they have used.</summary>
    internal bool KeepsNothing { get; }

    /// <summary>Protocols handle what they are offered in tasks that take a while.</summary>
    internal bool Awaits { get; }

    /// <summary>How many times as much as usual the peer sends at once.</summary>
    internal int Scale { get; init; } = 1;

    internal int MaxUnread { get; init; }

    internal Plant Plant { get; init; } = Plant.None;

    internal Queue<Step> Steps { get; } = [];

    internal byte[] Sent { get; private set; } = [];

    // From here on: what was seen.
    internal int Layers { get; set; }

    internal bool Connected { get; set; }

    internal List<OwnerRecord> Owners { get; } = [];

    /// <summary>What an owner was told that was given the connection when it was over: only <see cref="Closed"/>.</summary>
    internal List<CloseReason> Unmet { get; } = [];

    internal List<WriteRecord> Writes { get; } = [];

    internal Dictionary<Write, WriteRecord> ByWrite { get; } = new(ReferenceEqualityComparer.Instance);

    internal bool PeerFinished { get; set; }

    internal bool CloseTold { get; set; }

    internal bool CloseWriteTold { get; set; }

    /// <summary>Abort was told, or an owner stopped.</summary>
    internal bool AbortTold { get; set; }

    internal bool OwnerStopped { get; set; }

    /// <summary>The channel's own transport: the lowest, whatever layers come.</summary>
    internal IActorRef Lowest { get; set; } = ActorRefs.Nobody;

    /// <summary>The one that the present owner writes to.</summary>
    internal IActorRef Highest { get; set; } = ActorRefs.Nobody;

    /// <summary>How often a watcher was told that the transport is gone.</summary>
    internal int Terminations { get; set; }

    /// <summary>What went against the promises, if anything did.</summary>
    internal string? Broken { get; set; }

    /// <summary>What an owner writes is taken or refused before it writes more.</summary>
    internal bool IsDirect => Layers == 0 && !OffLoop;

    internal bool EndTold => CloseTold || CloseWriteTold || AbortTold;

    public override string ToString() =>
        $"{Manner}, {Ending}, {Owners.Count} owners{(OffLoop ? " off the loop" : "")}{(Awaits ? " with tasks" : "")}, {Layers} layers";

    /// <summary>Whether the peer sends more than what the owners have used, and this.</summary>
    internal bool MoreComes(long offered) => Owners.Sum(owner => owner.Received.Length) + offered < Sent.Length;

    internal byte[] Received
    {
        get
        {
            using MemoryStream all = new();
            foreach (OwnerRecord owner in Owners)
            {
                owner.Received.WriteTo(all);
            }

            return all.ToArray();
        }
    }

    /// <summary>How many bytes a write has: none, a few, some, or more than fit.</summary>
    internal int DrawSize() =>
        Random.Next(20) switch
        {
            0 => 0,
            < 5 => 1 + Random.Next(10),
            < 16 => 1 + Random.Next(800),
            < 19 => 1 + Random.Next(Limit),
            // Who tells again what was refused would do so for ever.
            _ => Resends ? Limit : Limit + 1 + Random.Next(500),
        };

    internal Write NewWrite(
        int writer,
        int number,
        byte[] data,
        bool hasSender,
        int epoch,
        Loss loss,
        bool afterEnd,
        bool exact = false,
        ReadOnlySequence<byte> received = default
    )
    {
        WriteRecord record = new()
        {
            Writer = writer,
            Number = number,
            Data = data,
            WantsAck = (loss == Loss.Allowed && !afterEnd) || Random.Chance(0.6),
            HasSender = hasSender,
            AfterEnd = afterEnd,
            Epoch = epoch,
            IsExact = exact,
            Loss = loss,
        };
        Write write = new(
            received.IsEmpty ? Cut(data) : Behind(data.AsMemory(0, 1), received),
            record.WantsAck ? record : null
        );
        Writes.Add(record);
        ByWrite.Add(write, record);
        return write;
    }

    // In one piece or two.
    private ReadOnlySequence<byte> Cut(byte[] data)
    {
        if (data.Length < 2 || Random.Chance(0.7))
        {
            return new ReadOnlySequence<byte>(data);
        }

        int first = 1 + Random.Next(data.Length - 1);
        Piece head = new(data.AsMemory(0, first), null);
        Piece tail = new(data.AsMemory(first), head);
        return new ReadOnlySequence<byte>(head, 0, tail, tail.Memory.Length);
    }

    // Bytes that were received, from where they lie.
    private static ReadOnlySequence<byte> Behind(ReadOnlyMemory<byte> first, ReadOnlySequence<byte> received)
    {
        Piece head = new(first, null);
        Piece tail = head;
        foreach (ReadOnlyMemory<byte> part in received)
        {
            tail = new Piece(part, tail);
        }

        return new ReadOnlySequence<byte>(head, 0, tail, tail.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, Piece? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }

    /// <summary>How many that are not empty the third actor wrote, directly and through layers.</summary>
    internal int[] Numbers { get; } = new int[PlannedOwner.FirstWriter];

    /// <summary>Whether it is an answer to a write of this connection.</summary>
    internal bool Knows(object message) =>
        message switch
        {
            WriteRecord record => Writes.Contains(record),
            WriteFailed failure => ByWrite.ContainsKey((Write)failure.Write),
            _ => false,
        };

    /// <summary>An acknowledgement or a <see cref="WriteFailed"/> came. False: it was something else.</summary>
    internal bool NoteAnswer(object message)
    {
        switch (message)
        {
            case WriteRecord acknowledged:
                acknowledged.Answers.AddRange(Plant.Answers(Answer.Acknowledged));
                NoteOrder(acknowledged);
                return true;
            case WriteFailed failure:
                ByWrite[(Write)failure.Write]
                    .Answers.AddRange(
                        Plant.Answers(
                            failure.Cause switch
                            {
                                WriteRefusedException => Answer.Refused,
                                WriteTooLargeException => Answer.TooLarge,
                                _ => Answer.Closed,
                            }
                        )
                    );
                return true;
            default:
                return false;
        }
    }

    // Acknowledgements to one actor come in the order of its writes.
    private void NoteOrder(WriteRecord acknowledged)
    {
        if (!acknowledged.HasSender)
        {
            return;
        }

        int index = Writes.IndexOf(acknowledged);
        if (index < _lastAcknowledged[acknowledged.Writer])
        {
            Broken = $"{acknowledged} came after that of a later one";
        }

        _lastAcknowledged[acknowledged.Writer] = index;
    }

    internal IEnumerable<WriteRecord> WritesOf(int writer) => Writes.Where(write => write.Writer == writer);

    /// <summary>Gives the peer its script.</summary>
    internal void Give(SimulatedPeer peer)
    {
        switch (Manner)
        {
            case Manner.Slow:
                peer.ReadSlowly(Scale * (1 + Random.Next(500)), TimeSpan.FromMilliseconds(1 + Random.Next(20)));
                break;
            case Manner.Bursts:
                peer.ReadSlowly(Scale * (2000 + Random.Next(6000)), TimeSpan.FromMilliseconds(200 + Random.Next(1500)));
                break;
            case Manner.NeverReads:
                peer.StopReading();
                break;
        }

        Sent = new byte[Random.Next(Scale * (Manner == Manner.FinishesEarly ? 300 : 8000))];
        for (int i = 0; i < Sent.Length; i++)
        {
            Sent[i] = (byte)Random.Next(256);
        }

        for (int start = 0; start < Sent.Length; )
        {
            int count = Math.Min(Sent.Length - start, 1 + Random.Next(Scale * 2000));
            peer.Send(Sent.AsMemory(start, count));
            if (Random.Chance(0.5))
            {
                peer.Pause(TimeSpan.FromMicroseconds(Random.UpTo(60_000)));
            }

            start += count;
        }

        if (Manner == Manner.Resets)
        {
            peer.Reset();
            return;
        }

        if (Manner != Manner.FinishesEarly)
        {
            peer.Pause(TimeSpan.FromMilliseconds(Random.UpTo(300)));
        }

        peer.Finish();
    }
}

/// <summary>What one owner of a connection saw.</summary>
internal sealed class OwnerRecord
{
    internal MemoryStream Received { get; } = new();

    internal List<CloseReason> Ends { get; } = [];
}
