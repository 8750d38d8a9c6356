using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>The logger of a test: prints what no filter mutes. Dead letters are shown to the filters as
/// warnings.</summary>
public class TestEventListener : DefaultLogger
{
    private static readonly Type[] s_subscriptions =
    [
        typeof(Mute),
        typeof(Unmute),
        typeof(DeadLetter),
        typeof(UnhandledMessage),
    ];

    private readonly List<IEventFilter> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (Type type in s_subscriptions)
                    initialize.LoggingBus.Subscribe(Self, type);
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                break;
            case Unmute unmute:
                foreach (IEventFilter filter in unmute.Filters)
                    _filters.Remove(filter);
                break;
            case LogEvent logEvent:
                Log(logEvent);
                break;
            case DeadLetter letter:
                Log(letter);
                break;
            default:
                Print(new Debug(Context.System.Name, GetType(), message));
                break;
        }

        return true;
    }

    private void Log(LogEvent logEvent)
    {
        if (!IsMuted(logEvent))
            Print(logEvent);
    }

    private void Log(DeadLetter letter)
    {
        // Stopping what has stopped already is nothing to speak of.
        if (letter.Message is Terminate)
            return;

        string path = letter.Recipient.Path.ToString();
        Type type = letter.Recipient.GetType();
        if (IsMuted(new Warning(path, type, letter)))
            return;

        string text =
            letter.Message is ISystemMessage
                ? $"Received dead system message: {letter.Message}"
                : $"Received dead letter from {letter.Sender}: {letter.Message}";
        Print(new Warning(path, type, text));
    }

    // The first filter that matches counts the event; a filter that fails does not match.
    private bool IsMuted(LogEvent logEvent) => _filters.Any(filter => Matches(filter, logEvent));

    private static bool Matches(IEventFilter filter, LogEvent logEvent)
    {
        try
        {
            return filter.Apply(logEvent);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
