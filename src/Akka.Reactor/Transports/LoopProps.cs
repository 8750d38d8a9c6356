using System;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>Dispatchers are not inherited in Akka: Props that name none are given the loop's.</summary>
internal static class LoopProps
{
    internal static Props OnLoop(this Props props, string dispatcher) =>
        string.IsNullOrEmpty(dispatcher)
        || !string.Equals(props.Deploy.Dispatcher, Deploy.NoDispatcherGiven, StringComparison.Ordinal)
            ? props
            : props.WithDispatcher(dispatcher);
}
