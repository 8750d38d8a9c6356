using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// What every transport does with a command, be it a socket, a layer or a client without a connection: it has an owner, passes from
/// owner to owner, and accepts or refuses writes. Pure: refs are only tokens here. Mutable: keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TransportCore
{
    private RefusalGate _gate;
    private int _limit;
    private bool _tellsDelivery;
    private bool _handsOver;

    // The former owners from whom another actor has claimed the transport without a hand-over. Null if there are none.
    private List<IActorRef>? _former;

    internal TransportCore(IActorRef owner)
    {
        Owner = owner;
        Connect(ConnectionOptions.Default.WriteQueueLimit, tellsDelivery: true);
    }

    /// <summary>The actor that receives the events, and the answers to writes without a sender.</summary>
    internal IActorRef Owner { get; private set; }

    /// <summary>What is known of the owner at the top of the stack.</summary>
    internal OwnerTraits Traits { get; private set; }

    /// <inheritdoc cref="OwnerTraits.ReadsToEnd"/>
    internal readonly bool ReadsToEnd => (Traits & OwnerTraits.ReadsToEnd) != 0;

    /// <summary>The limit for the cost of all writes that wait; see <see cref="WriteCost"/>.</summary>
    internal readonly int Limit => _limit;

    /// <summary>True from a refused write until writes are accepted again. All writes in between are refused too.</summary>
    internal readonly bool Refuses => _gate.IsClosed;

    /// <summary>The former owners that took part in no hand-over. They only need to learn of the end.</summary>
    internal readonly IReadOnlyList<IActorRef> Former => _former ?? (IReadOnlyList<IActorRef>)[];

    /// <summary>Notes the limit for all waiting writes, and whether the system reports what the peer has acknowledged.</summary>
    internal void Connect(int limit, bool tellsDelivery)
    {
        _limit = limit;
        _tellsDelivery = tellsDelivery;
    }

    /// <summary>True if the owner is a protocol, or a layer under one, and has said so.</summary>
    internal readonly bool IsDescribed => Traits != OwnerTraits.None;

    /// <summary>Gives the transport its first owner, or none after the owner has stopped.</summary>
    internal void Own(IActorRef owner) => Owner = owner;

    /// <summary>Notes that the next claim is part of a hand-over; see <see cref="Transports.AnnounceHandover"/>.</summary>
    internal void AnnounceHandover() => _handsOver = true;

    /// <summary>Notes what the owner at the top of the stack is like, if the owner itself says so. Returns true if that is new.</summary>
    internal bool Describe(DescribeOwner description)
    {
        bool isNew = description.Owner.Is(Owner) && description.Traits != Traits;
        Traits = isNew ? description.Traits : Traits;
        return isNew;
    }

    /// <summary>
    /// Changes the owner. From here on events go to the new owner. Returns null if the claiming actor is the owner already.
    /// </summary>
    internal OwnerChange? Claim(Claim claim)
    {
        if (claim.Owner.Is(Owner))
        {
            return null;
        }

        // The owner below a layer changes without a change at the top.
        Traits = _handsOver || claim.IsLayer ? Traits : OwnerTraits.None;

        // In a hand-over the old owner still answers a Writable that it has received. Otherwise nobody answers it.
        OwnerChange change = new(Owner, _handsOver, _handsOver ? null : _gate.ChangeOwner());
        if (!_handsOver)
        {
            (_former ??= []).Add(Owner);
        }

        _handsOver = false;
        Owner = claim.Owner;
        return change;
    }

    /// <summary>Returns the write with the actor to answer: its sender, or the present owner if it has no sender.</summary>
    internal readonly PendingWrite Pending(IWriteCommand write, IActorRef? sender) => new(write, Answered(sender));

    /// <summary>Returns the actor to answer for a sender. A message without a sender arrives at an actor from dead letters.</summary>
    internal readonly IActorRef Answered(IActorRef? sender) =>
        sender is null or DeadLetterActorRef || sender.IsNobody() ? Owner : sender;

    /// <summary>
    /// Decides whether a transport that is open accepts a write: returns null if it does, else why it refuses the write. After a refusal
    /// every write is refused until the owner resumes writing: otherwise the stream could miss a write in the middle.
    /// </summary>
    /// <param name="write">A write of any kind. Some are always accepted: <see cref="Write.IsNeverRefused"/>.</param>
    /// <param name="cost">
    /// The cost of the writes that wait in this transport (<see cref="WriteCost"/>), or null if it passes writes on and keeps none.
    /// </param>
    internal ReactorException? Refuse(IWriteCommand write, long? cost)
    {
        if (write is Write { IsNeverRefused: true })
        {
            return null;
        }

        if (write.DeliveredAck is not null && !_tellsDelivery)
        {
            _gate.Close();
            return new DeliveryNotSupportedException();
        }

        return cost is { } waiting ? _gate.Admit(write, waiting, _limit)
            : _gate.IsClosed ? _gate.Refuse(write, 0, _limit)
            : null;
    }

    /// <summary>
    /// Returns the answers after the source of a write has failed: the failure for its own write, and a refusal for each write that waited
    /// behind it. These can be written again, but only when there is room and the owner knows of all these refusals.
    /// </summary>
    /// <param name="writes">The write whose source has failed, and the writes behind it.</param>
    /// <param name="failure">The failure of the source.</param>
    /// <param name="cost">The cost of the writes before these.</param>
    internal List<(IActorRef Sender, WriteFailed Answer)> FailSource(
        List<PendingWrite> writes,
        ReactorException failure,
        long cost
    )
    {
        _gate.Close();
        List<(IActorRef, WriteFailed)> answers = [(writes[0].Sender, writes[0].Fail(failure))];
        foreach (PendingWrite behind in writes.Skip(1))
        {
            answers.Add((behind.Sender, behind.Fail(_gate.Refuse(behind.Write, cost, _limit))));
        }

        return answers;
    }

    /// <inheritdoc cref="RefusalGate.Relax"/>
    internal Writable? Relax(object origin) => _gate.Relax(origin, (Traits & OwnerTraits.Paces) != 0);

    /// <summary>Accepts writes again, whatever was refused.</summary>
    internal void AcceptAgain() => _gate = default;

    /// <inheritdoc cref="RefusalGate.Resume"/>
    internal WritingResumed? Resume(bool heardAll) => _gate.Resume(heardAll);
}

/// <summary>A change of the owner of a transport.</summary>
/// <param name="Old">The former owner, which receives <see cref="OwnerChanged"/>.</param>
/// <param name="IsHandover">True if the former owner passes on the bytes that it has received and not consumed.</param>
/// <param name="Writable">A message for the new owner, or null.</param>
internal readonly record struct OwnerChange(IActorRef Old, bool IsHandover, Writable? Writable);
