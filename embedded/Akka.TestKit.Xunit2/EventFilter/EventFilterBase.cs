using Akka.Event;

namespace Akka.TestKit.Internal;

public delegate void EventMatched(EventFilterBase eventFilter, LogEvent logEvent);

/// <summary>Matches what is logged, and tells who waits for it. Applied on the listener's actor.</summary>
public abstract class EventFilterBase : IEventFilter
{
    private readonly TextMatcher _message;
    private readonly TextMatcher _source;

    private protected EventFilterBase(TextMatcher message, TextMatcher source)
    {
        _message = message ?? TextMatcher.Any;
        _source = source ?? TextMatcher.Any;
    }

    public event EventMatched EventMatched;

    protected abstract string FilterDescriptiveName { get; }

    public bool Apply(LogEvent logEvent)
    {
        if (!IsMatch(logEvent))
            return false;
        OnEventMatched(logEvent);
        return true;
    }

    public override string ToString()
    {
        string message = _message == TextMatcher.Any ? "" : $" Message {_message}";
        string source = _source == TextMatcher.Any ? "" : $" Source {_source}";
        if (message.Length == 0 && source.Length == 0)
            return FilterDescriptiveName;
        return $"{FilterDescriptiveName} when{message}{(message.Length > 0 && source.Length > 0 ? " and" : "")}{source}";
    }

    protected abstract bool IsMatch(LogEvent evt);

    protected virtual void OnEventMatched(LogEvent logEvent) => EventMatched?.Invoke(this, logEvent);

    protected bool InternalDoMatch(string src, object msg) =>
        _source.IsMatch(src) && _message.IsMatch(msg is null ? "null" : msg.ToString());
}
