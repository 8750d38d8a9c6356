using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a protocol writes: which writes may leave after a refusal, and how much waits.
public abstract partial class ProtocolActor
{
    // Some refusals of this actor's writes may not have arrived here yet, and more writes may be on their way. This actor may write
    // again only after it has received all refusals (see RefusalGate). Until then it sends no write.
    private void BecomeWritable(Writable writable)
    {
        if (writable.Origin is not { } origin)
        {
            ResumeWriting(WritingResumed.Awaited);
            return;
        }

        if (Transport is TransportRef bare && bare.TryResumeWriting(heardAll: false) is { } resumed)
        {
            ResumeWriting(resumed);
            return;
        }

        _refusedHere ??= [];
        if (Transport is TransportRef { IsOnLoop: true } here)
        {
            // No write is on its way, and all refusals are already in this actor's mailbox.
            Self.Tell(new RefusalsHeard(here, origin), Self);
        }
        else
        {
            Transport.Tell(new ResumeWriting(origin), Self);
        }
    }

    private void OnRefusalsHeard(RefusalsHeard heard)
    {
        if (Transport.Is(heard.Transport) && heard.Transport.TryResumeWriting(heardAll: true) is { } resumed)
        {
            ResumeWriting(resumed);
        }
        else if (!_handedOn && _base is not null && _base.Is(heard.Transport))
        {
            // A layer has been put on that transport since then.
            Transport.Tell(new ResumeWriting(heard.Origin), Self);
        }
    }

    private void ResumeWriting(WritingResumed resumed)
    {
        bool awaited = resumed.IsAwaited || _refusedHere is { Count: > 0 };
        _pace.TakeAll();
        AnswerRefused();
        if (awaited)
        {
            OnWritable();
        }

        OfferKept();
        OfferKeptEnd();
    }

    private void AnswerRefused()
    {
        List<WriteFailed> refused = _refusedHere ?? [];
        _refusedHere = null;
        foreach (WriteFailed failure in refused)
        {
            OnWriteFailed(failure);
        }
    }

    private void Send(IWriteCommand write)
    {
        RequireTransport();
        if (_over is not null)
        {
            (_refusedHere ??= []).Add(new WriteFailed(write, _over));
        }
        else if (_refusedHere is null || _finished)
        {
            // After this actor has finished writing, the transport itself answers a later write.
            Transport.Tell(write, Self);
            if (_pace.Wrote(write))
            {
                LookAtPace();
            }
        }
        else
        {
            _refusedHere.Add(
                new WriteFailed(write, new WriteRefusedException((write as Write)?.Data.Length ?? 0, 0, 0))
            );
        }
    }

    // A transport on this thread reports directly how much waits in it. Any other transport answers a mark.
    private void LookAtPace()
    {
        if (Transport is not TransportRef { IsOnLoop: true } here || _pace.Look(here.Waiting))
        {
            Transport.Tell(new Write(ReadOnlyMemory<byte>.Empty, _pace.PutMark()), Self);
        }
    }

    // After a refused mark comes Writable, and at the end of the connection comes Closed. But if only writing has ended, neither
    // comes, and the protocol needs no room for answers any more.
    private void LoseMark(WriteFailed failure)
    {
        if (failure.Cause is TransportClosedException { Reason: CloseReason.Requested })
        {
            _pace = default;
            OfferKept();
            OfferKeptEnd();
        }
    }

    private void TakeMark(OutboundPace.Mark mark)
    {
        _pace.Take(mark);
        if (_pace.IsBlind)
        {
            LookAtPace();
        }

        OfferKept();
        OfferKeptEnd();
    }

    /// <summary>
    /// Sent by the actor to itself. When it arrives, the actor has received every refusal that there was when the transport asked
    /// it whether it resumes writing.
    /// </summary>
    private sealed record RefusalsHeard(TransportRef Transport, object Origin) : INoSerializationVerificationNeeded;
}
