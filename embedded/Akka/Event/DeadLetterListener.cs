using System;
using System.Threading;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Logs dead letters: the first <c>log-dead-letters</c> of them, then none for <c>log-dead-letters-suspend-duration</c>.</summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _eventStream = Context.System.EventStream;
    private readonly int _limit = Context.System.Settings.LogDeadLetters;
    private readonly TimeSpan _pause = Context.System.Settings.LogDeadLettersSuspendDuration;
    private int _count;
    private DateTime? _silentUntil;

    protected override void PreStart()
    {
        _eventStream.Subscribe(Self, typeof(DeadLetter));
        _eventStream.Subscribe(Self, typeof(Dropped));
        _eventStream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => _eventStream.Unsubscribe(Self);

    protected override void PreRestart(Exception reason, object message)
    {
        // The subscriptions stay.
    }

    protected override void PostRestart(Exception reason) { }

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter)
            return false;
        if (letter.Message is IDeadLetterSuppression)
            return true;
        _count = _count == int.MaxValue ? 1 : _count + 1;
        if (_silentUntil is { } until)
        {
            if (DateTime.UtcNow <= until)
                return true;
            Log(letter, $", of which {_count - _limit - 1} were not logged. The counter will be reset now");
            _count = 0;
            _silentUntil = null;
        }
        else if (_limit == int.MaxValue || _count < _limit)
        {
            Log(letter, "");
        }
        else if (_pause == Timeout.InfiniteTimeSpan)
        {
            Log(letter, ", no more dead letters will be logged");
            Context.Stop(Self);
        }
        else
        {
            Log(letter, $", no more dead letters will be logged in next [{_pause}]");
            _silentUntil = DateTime.UtcNow + _pause;
        }

        return true;
    }

    private void Log(AllDeadLetters letter, string remark)
    {
        object message = WrappedMessage.Unwrap(letter.Message);
        string name = message?.GetType().Name ?? "null";
        string from = IsSomebody(letter.Sender) ? $" from {letter.Sender}" : "";
        string to = IsSomebody(letter.Recipient) ? $" to {letter.Recipient}" : "";
        string fate = letter switch
        {
            Dropped dropped => $"{from}{to} was dropped. {dropped.Reason}",
            UnhandledMessage => $"{from}{to} was unhandled",
            _ => $"{from} to {letter.Recipient} was not delivered",
        };
        string text =
            $"Message [{name}]{fate}. [{_count}] dead letters encountered{remark}. "
            + "This logging can be turned off or adjusted with configuration settings 'akka.log-dead-letters' "
            + $"and 'akka.log-dead-letters-during-shutdown'. Message content: {message}";
        _eventStream.Publish(new Info(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), text));
    }

    private static bool IsSomebody(IActorRef actor) => actor is not (null or DeadLetterActorRef);
}
