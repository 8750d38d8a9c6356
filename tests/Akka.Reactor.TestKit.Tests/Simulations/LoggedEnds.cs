using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>Collects the lines in which a listener with <c>log-connections</c> reports the ends of its connections.</summary>
internal static class LoggedEnds
{
    internal static List<string> Of(ActorSystem system)
    {
        List<string> lines = [];
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Collector(lines))), typeof(Info));
        return lines;
    }

    private sealed class Collector(List<string> lines) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Info info && info.ToString().Contains(" closed (", StringComparison.Ordinal))
            {
                lines.Add(info.Message.ToString()!);
            }
        }
    }
}
