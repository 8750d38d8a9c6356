using System;
using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Any events, by a predicate.</summary>
internal sealed class CustomEventFilter(Predicate<LogEvent> predicate) : EventFilterBase(message: null, source: null)
{
    protected override string FilterDescriptiveName => "Custom";

    protected override bool IsMatch(LogEvent evt) => predicate(evt);
}

/// <summary>Events of one level below error.</summary>
internal sealed class LevelFilter<TEvent>(TextMatcher message, TextMatcher source) : EventFilterBase(message, source)
    where TEvent : LogEvent
{
    protected override string FilterDescriptiveName => typeof(TEvent).Name;

    protected override bool IsMatch(LogEvent evt) => evt is TEvent && InternalDoMatch(evt.LogSource, evt.Message);
}

/// <summary>Errors; if asked for, only those whose cause is an exception of one type.</summary>
internal sealed class ErrorFilter(
    Type exceptionType,
    TextMatcher message,
    TextMatcher source,
    bool checkInnerExceptions = false
) : EventFilterBase(message, source)
{
    protected override string FilterDescriptiveName =>
        exceptionType is null ? "Error" : $"Error with Cause <{exceptionType}>";

    protected override bool IsMatch(LogEvent evt) => evt is Error error && IsMatch(error, error.Cause);

    private bool IsMatch(Error error, Exception cause)
    {
        if (cause is null)
            return exceptionType is null && InternalDoMatch(error.LogSource, error.Message);
        if (exceptionType is not null && !exceptionType.IsInstanceOfType(cause))
            return checkInnerExceptions && IsMatch(error, cause.InnerException);

        // Either text may be the expected one: what was logged, or what the exception says.
        return (error.Message is null && string.IsNullOrEmpty(cause.Message))
            || InternalDoMatch(error.LogSource, error.Message)
            || InternalDoMatch(error.LogSource, cause.Message)
            || (checkInnerExceptions && IsMatch(error, cause.InnerException));
    }
}

/// <summary>Dead letters, which the listener turns into warnings.</summary>
internal sealed class DeadLetterFilter(Predicate<DeadLetter> predicate, TextMatcher source)
    : EventFilterBase(message: null, source)
{
    protected override string FilterDescriptiveName => "DeadLetter";

    protected override bool IsMatch(LogEvent evt) =>
        evt is Warning { Message: DeadLetter letter }
        && predicate(letter)
        && InternalDoMatch(evt.LogSource, letter.Message);
}
