using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Simulated;

/// <summary>
/// Copies a system's warnings and errors from its event stream to the trace immediately. It is used in place of logger
/// actors, because Akka starts a logger actor with a call that waits for it.
/// </summary>
internal sealed class LogTap : MinimalActorRef
{
    private readonly TraceLog _trace;
    private readonly List<string> _lines;

    internal LogTap(ExtendedActorSystem system, TraceLog trace, List<string> lines)
    {
        _trace = trace;
        _lines = lines;
        Provider = system.Provider;
        Path = system.Provider.RootPath / "simulation-log";
        system.EventStream.Subscribe(this, typeof(Warning));
        system.EventStream.Subscribe(this, typeof(Error));
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is LogEvent logged)
        {
            string cause = logged.Cause is { } fault ? $": {fault.GetType().Name}: {fault.Message}" : "";
            string line = $"{logged.LogLevel()} {logged.LogSource} {logged.Message}{cause}";
            _trace.Add("log", line);
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
