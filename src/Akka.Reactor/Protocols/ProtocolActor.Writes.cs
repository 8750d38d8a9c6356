using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// What a protocol writes: what may leave after a refusal, and how much waits.
public abstract partial class ProtocolActor
{
    // Writes of ours may have been refused of which we have not heard yet, or be on their way. Only when we have heard of them
    // all may we write: see RefusalGate. Until then nothing leaves here.
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
            // Nothing is on its way, and all that was refused is in our mailbox by now.
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
            // There is a layer on it now.
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
            // Behind our own end the transport has its own answer.
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

    // A transport that is here says what waits in it; any other answers a mark.
    private void LookAtPace()
    {
        if (Transport is not TransportRef { IsOnLoop: true } here || _pace.Look(here.Waiting))
        {
            Transport.Tell(new Write(ReadOnlyMemory<byte>.Empty, _pace.PutMark()), Self);
        }
    }

    // One that was refused is followed by Writable, and at the end of the connection comes Closed. But where only writing has ended,
    // what is offered needs no room any more.
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

    /// <summary>To itself: it has heard of every refusal that there was when it was asked whether it goes on.</summary>
    private sealed record RefusalsHeard(TransportRef Transport, object Origin) : INoSerializationVerificationNeeded;
}
