using System;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// The end of a layer, and the work that the layer still does then. A layer ends by a crash, with the actor above it, or with the
// transport below it.
public abstract partial class LayerActor
{
    /// <summary>
    /// Treats a restart as a crash. Only an outside message can restart a layer: <see cref="Kill"/>, if the supervisor's
    /// strategy restarts.
    /// </summary>
    public sealed override void AroundPreRestart(Exception cause, object message)
    {
        Crash(cause);
        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public sealed override void AroundPostRestart(Exception cause, object message) =>
        _end = new Closed(CloseReason.Aborted);

    /// <summary>
    /// Carries out the commands that the layer has accepted. A layer stops with the actor above it, and its mailbox may then
    /// still hold that actor's last writes and its <see cref="Close"/>. All layers of a stack stop simultaneously, in no
    /// particular order, so each layer first lets the layer above it do the same.
    /// </summary>
    public sealed override void AroundPostStop()
    {
        CarryOutPending(livesOn: false);
        if (!Ended)
        {
            if (!_closeAccepted)
            {
                Lower.Tell(Abort.Instance, Self);
                CarryOutPending(livesOn: false);
            }

            End(new Closed(CloseReason.Aborted));
        }

        base.AroundPostStop();
    }

    bool IPendingCommands.HasBegun => HasConnection;

    void IPendingCommands.CarryOutPending() => CarryOutPending(livesOn: true);

    private void CarryOutPending(bool livesOn) =>
        _mailbox.CarryOut(
            // If this layer has already ended, the layer above knows of the end, and it may not be stopping: then it is left alone.
            Ended ? null : _above,
            CarryOut,
            PassOnGathered,
            livesOn ? null : TakeLastAnswer
        );

    // An exception costs this connection, and not what waits behind the command, here and in the other layers.
    private void CarryOut(ITransportCommand command, IActorRef sender)
    {
        try
        {
            Command(command, sender);
        }
        catch (Exception fault)
        {
            Log.Error(fault, "{0}: the layer crashed while it stopped", _connection?.Remote);
            Crash(fault);
        }
    }

    // Handles the answers to writes that were passed down: no other actor can pass these answers on to the writers. They come from the
    // transport that has accepted the writes, which another layer may separate from this one.
    private void TakeLastAnswer(object message, IActorRef sender)
    {
        bool isAnswer =
            message is WriteFailed or WritesFailed or DeliveryUnknown or LayerWriteTaken or LayerWriteDelivered;
        if (isAnswer || (sender.Is(Lower) && message is not ITransportEvent))
        {
            try
            {
                Handle(message, Lower);
            }
            catch (Exception fault)
            {
                Log.Error(fault, "{0}: the layer crashed while it stopped", _connection?.Remote);
            }
        }
    }

    private void Crash(Exception cause)
    {
        Lower.Tell(Abort.Instance, Self);
        End(new Closed(CloseReason.Failed, new LayerCrashedException(GetType().Name, cause)));
    }

    private void End(Closed closed)
    {
        if (Ended)
        {
            return;
        }

        closed = ReportEnd(_writes.AnswerTheRest(closed, AbandonKept()));
        TellOwner(closed);
        foreach (IActorRef former in _core.Former)
        {
            former.Tell(ClaimedConnectionOver.Instance, Self);
        }

        _end = closed;
    }

    // The topmost layer of a stack reports the end of the connection: it knows the reason, which the layers below it only carry
    // out. A layer that has never begun cannot report it.
    private Closed ReportEnd(Closed closed)
    {
        if (_connection?.Base is not { } connection)
        {
            return closed;
        }

        if (_above is not { HasBegun: true })
        {
            connection.ReportEnd(closed, TlsAbove);
        }

        return connection.LogsEnd ? closed with { Logged = true } : closed;
    }
}
