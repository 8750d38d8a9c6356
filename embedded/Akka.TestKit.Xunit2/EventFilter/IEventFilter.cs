using Akka.Event;

namespace Akka.TestKit;

public interface IEventFilter
{
    /// <summary>Whether the filter matches; a match is counted.</summary>
    bool Apply(LogEvent logEvent);
}
