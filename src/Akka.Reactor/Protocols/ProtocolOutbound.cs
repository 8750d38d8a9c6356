using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The outbound side of a session: which writes may leave after a refusal, and how much waits to be sent. A part of its session; the
/// thread is the protocol's.
/// </summary>
/// <remarks>
/// After a refused write the transport refuses all writes, so that the stream misses none in the middle. When there is room again, it
/// asks the protocol (<see cref="Writable"/> with an origin). Other writes of the protocol may have been refused meanwhile without its
/// knowledge, and may be on their way still. Only when it has heard of all of them may it write; until then its writes are refused here.
/// See <see cref="RefusalGate"/>.
/// </remarks>
internal sealed class ProtocolOutbound(ProtocolSession session)
{
    private OutboundPace _pace; // Mutable struct: not readonly.
    private bool _pauses;

    // Made when it is first used: few protocols have writers.
    private ProtocolWriters? _writers;
    private ReactorException? _writersOver;

    // Writes refused here, whose answers the protocol has not got yet. Null: writes are not refused here.
    private List<WriteFailed>? _refused;

    /// <summary>
    /// True while the protocol is offered nothing, because so much waits to be sent (<see cref="OutboundPace"/>), or because of a pause.
    /// </summary>
    internal bool IsPressed => _pace.IsPressed || _pauses;

    /// <summary>True while writes are refused here.</summary>
    internal bool IsRefusing => _refused is not null;

    /// <summary>
    /// Set when the connection is over and the protocol does not know yet, or when the protocol has aborted it: the transport has no answer
    /// to later writes, so they are answered here.
    /// </summary>
    internal TransportClosedException? Over { get; private set; }

    /// <summary>Set by <see cref="CutOff"/>.</summary>
    internal TransportClosedException? Cut { get; private set; }

    /// <summary>A connection begins.</summary>
    internal void Begin(Connected connected)
    {
        _pace = new OutboundPace(connected);
        _pauses = false;
    }

    /// <summary>The writes from here on need no room: nothing is sent any more, or the connection is somebody else's.</summary>
    internal void StopPacing()
    {
        _pace = default;
        _pauses = false;
    }

    /// <summary>From here on writes fail with this reason, unless they do already.</summary>
    internal void FailWith(TransportClosedException over)
    {
        Over ??= over;
        CutOff(over);
    }

    /// <summary>Nothing that is written reaches the kernel any more, and the end follows.</summary>
    internal void CutOff(TransportClosedException reason)
    {
        Cut ??= reason;
        session.FailFlushes(Cut);
        EndWriters(reason);
    }

    /// <summary>The writes of another connection are forgotten.</summary>
    internal void ForgetEnd()
    {
        Over = null;
        Cut = null;
        _writersOver = null;
    }

    /// <summary>Sends a write to the transport, or keeps its refusal.</summary>
    /// <param name="write">Of any kind.</param>
    /// <param name="finished">The protocol has ended writing before: the transport itself has an answer.</param>
    internal void Send(IWriteCommand write, bool finished)
    {
        if (Over is not null || (Cut is not null && session.Inbound.AnswersOffers))
        {
            (_refused ??= []).Add(new WriteFailed(write, Over ?? Cut!));
        }
        else if (_refused is null || finished)
        {
            session.Transport.Tell(write, session.Self);
            if (_pace.Wrote(write))
            {
                LookAtPace();
            }
        }
        else
        {
            _refused.Add(new WriteFailed(write, new WriteRefusedException((write as Write)?.Data.Length ?? 0, 0, 0)));
            session.Connection?.Base?.Metrics.Refused(IOwnAck.IsIn(write) ? 0 : 1);
        }
    }

    /// <summary>
    /// Between two offers after the end of the connection, or when nothing is sent any more: answers what was written since. The answers to
    /// all that a peer can have sent ahead would fill the mailbox. After an abort nothing is offered, and the answers to earlier writes are
    /// still on their way.
    /// </summary>
    internal void AnswerAfterEnd()
    {
        if (Cut is not null && !session.Ends.IsClosing)
        {
            AnswerRefused();
        }
    }

    /// <summary>Answers the writes that were refused here.</summary>
    internal void AnswerRefused()
    {
        foreach (WriteFailed failure in TakeRefused())
        {
            TellFailure(failure);
        }
    }

    /// <summary>A write has failed.</summary>
    internal void TellFailure(WriteFailed failure)
    {
        switch (failure.Write)
        {
            case Write { Ack: AsyncHandler.Flush flush }:
                session.Handler.Answer(flush, failure.Cause);
                break;
            case Write { Ack: WriterBatch batch }:
                WriterFailed(batch.Writer, failure.Cause);
                break;
            default:
                session.Protocol.OnWriteFailed(failure);
                break;
        }
    }

    /// <summary>Many writes have failed. An exception of the protocol costs it no answer: the others come after a restart.</summary>
    internal void TellFailures(WritesFailed failed, IActorRef sender)
    {
        int answered = 0;
        try
        {
            foreach (WriteFailed failure in failed.Answers())
            {
                answered++;
                session.Handle(failure, sender);
            }
        }
        finally
        {
            if (answered < failed.Writes.Count)
            {
                session.Self.Tell(failed with { Writes = [.. failed.Writes.Skip(answered)] }, sender);
            }
        }
    }

    /// <summary>Makes a writer for other threads.</summary>
    internal ConnectionWriter CreateWriter(int limit, Action<ConnectionWriter>? onRoom)
    {
        ConnectionWriter writer = (_writers ??= new ProtocolWriters(session)).Create(limit, onRoom);
        if (_writersOver is not null)
        {
            _writers.End(_writersOver);
        }

        return writer;
    }

    /// <summary>Handles a message of a writer. One whose connection is over still counts what the kernel has.</summary>
    internal void HandleWriter(IWriterMessage message)
    {
        if (message is not WriterBatch batch)
        {
            _writers?.Pass(message.Writer);
        }
        else if (batch.Writer.Taken(batch))
        {
            batch.Writer.TellRoom();
        }
    }

    /// <summary>Sends what the writers have accepted before something that comes behind it, such as a change of layers.</summary>
    internal void PassWriters() => _writers?.PassAll();

    /// <summary>The writers end, and what they have accepted is sent.</summary>
    internal void FinishWriters(ReactorException reason)
    {
        PassWriters();
        EndWriters(reason);
    }

    /// <summary>The writers end. What they have accepted and not passed on is lost.</summary>
    internal void EndWriters(ReactorException reason)
    {
        _writersOver ??= reason;
        _writers?.End(_writersOver);
    }

    /// <summary>Sends a write that was accepted elsewhere.</summary>
    internal void SendAccepted(WriterWrite write)
    {
        session.Transport.Tell(write, session.Self);
        if (_pace.Wrote(write))
        {
            LookAtPace();
        }
    }

    // No transport refuses such a write. If a source before it has failed, or a layer has made another write of it, the stream misses the
    // bytes.
    private void WriterFailed(ConnectionWriter writer, ReactorException cause)
    {
        if (_writers is null || !_writers.Has(writer))
        {
            // The writer of an earlier connection.
            return;
        }

        EndWriters(cause as TransportClosedException ?? new TransportClosedException(CloseReason.Failed, cause));
        if (cause is not TransportClosedException && !session.IsHandedOn)
        {
            session.Ends.Abort(cause);
        }
    }

    /// <summary>The answers to the writes that were refused here, for another to give. Writes are not refused here any more.</summary>
    internal IReadOnlyList<WriteFailed> TakeRefused()
    {
        List<WriteFailed>? refused = _refused;
        _refused = null;
        return refused ?? (IReadOnlyList<WriteFailed>)[];
    }

    /// <summary>There is room again.</summary>
    internal void BecomeWritable(Writable writable)
    {
        if (writable.Origin is not { } origin)
        {
            ResumeWriting(WritingResumed.Awaited);
            return;
        }

        if (session.Transport is TransportRef bare && bare.TryResumeWriting(heardAll: false) is { } resumed)
        {
            ResumeWriting(resumed);
            return;
        }

        _refused ??= [];
        if (session.Transport is TransportRef { IsOnLoop: true } here)
        {
            // No write is on its way, and the answers to all refused writes are in the mailbox, before this message.
            session.Self.Tell(new RefusalsHeard(here, origin), session.Self);
        }
        else
        {
            session.Transport.Tell(new ResumeWriting(origin), session.Self);
        }
    }

    /// <summary>The protocol has heard of every refusal that there was when the transport asked.</summary>
    internal void OnRefusalsHeard(RefusalsHeard heard)
    {
        if (session.Transport.Is(heard.Transport) && heard.Transport.TryResumeWriting(heardAll: true) is { } resumed)
        {
            ResumeWriting(resumed);
        }
        else if (session.IsOnTopOf(heard.Transport))
        {
            // Meanwhile a layer was put on the transport that asked.
            session.Transport.Tell(new ResumeWriting(heard.Origin), session.Self);
        }
    }

    /// <summary>The transport accepts writes again.</summary>
    internal void ResumeWriting(WritingResumed resumed)
    {
        bool awaited = resumed.IsAwaited || _refused is { Count: > 0 };
        _pace.TakeAll();
        AnswerRefused();
        if (awaited)
        {
            session.Protocol.OnWritable();
        }

        session.ContinueOffers();
    }

    /// <summary>The kernel has everything before a mark.</summary>
    internal void TakeMark(OutboundPace.Mark mark)
    {
        _pace.Take(mark);
        if (_pace.IsBlind)
        {
            LookAtPace();
        }

        if (!session.Inbound.HasKept || !TryPause())
        {
            session.ContinueOffers();
        }
    }

    /// <summary>
    /// Lets all else that the loop has to do come before the next offer: peers that send ahead what makes their protocols work for long
    /// must not be served before the others.
    /// </summary>
    /// <returns>False if that is not possible: the loop is another, or nothing may wait any more because the connection is over.</returns>
    internal bool TryPause()
    {
        if (
            Over is not null
            || !_pace.Counts
            || session.Connection is not { Base: not null, Loop: { IsCurrent: true } loop }
        )
        {
            return false;
        }

        if (!_pauses)
        {
            _pauses = true;
            loop.RunLast(new ActionRun(() => session.Self.Tell(new OffersDue(session), session.Self)));
        }

        return true;
    }

    /// <summary>Continues after <see cref="TryPause"/>.</summary>
    internal void EndPause()
    {
        _pauses = false;
        session.ContinueOffers();
    }

    /// <summary>
    /// A mark has failed. After a refusal comes <see cref="Writable"/>, and after the end of the connection <see cref="Closed"/>. But if
    /// only writing has ended, the answers to what is offered need no room any more.
    /// </summary>
    internal void LoseMark(WriteFailed failure)
    {
        if (failure.Cause is TransportClosedException { Reason: CloseReason.Requested })
        {
            StopPacing();
            session.ContinueOffers();
        }
    }

    // A transport on this thread says how much waits. Any other transport answers a mark.
    private void LookAtPace()
    {
        if (session.Transport is not TransportRef { IsOnLoop: true } here || _pace.Look(here.Waiting))
        {
            session.Transport.Tell(new Write(ReadOnlyMemory<byte>.Empty, _pace.PutMark()), session.Self);
        }
    }

    /// <summary>A protocol's message to itself: the pause is over.</summary>
    internal sealed record OffersDue(ProtocolSession Session)
        : INoSerializationVerificationNeeded,
            IDeadLetterSuppression;

    /// <summary>A protocol's message to itself, behind the answers to all writes that were refused when the transport asked.</summary>
    internal sealed record RefusalsHeard(TransportRef Transport, object Origin) : INoSerializationVerificationNeeded;
}
