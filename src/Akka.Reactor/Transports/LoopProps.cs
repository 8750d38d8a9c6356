using System;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>Gives Props that name no dispatcher the dispatcher of the loop. In Akka, actors do not inherit a dispatcher.</summary>
internal static class LoopProps
{
    internal static Props OnLoop(this Props props, string dispatcher) =>
        string.IsNullOrEmpty(dispatcher)
        || !string.Equals(props.Deploy.Dispatcher, Deploy.NoDispatcherGiven, StringComparison.Ordinal)
            ? props
            : props.WithDispatcher(dispatcher);
}
