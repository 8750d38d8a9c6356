using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace ReactorHost;

/// <summary>Logs to standard output, a <see cref="LogLine"/> for each event. It never waits for the output.</summary>
internal sealed class LineLogger : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent logEvent:
                LogOutput.Standard.Offer(logEvent);
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
