using System;
using Akka.Actor.Setup;
using Akka.Reactor.Clients.Dial;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;

namespace Akka.Reactor;

/// <summary>
/// Gives an actor system a network other than its machine's. It is part of the setup with which the system is created, and then
/// replaces <c>akka.reactor.engine</c>.
/// </summary>
internal sealed class ReactorSetup(IPlatform platform, TimeProvider time, ILoopRunner runner) : Setup
{
    internal IPlatform Platform { get; } = platform;

    /// <summary>The clock for deadlines.</summary>
    internal TimeProvider Time { get; } = time;

    internal ILoopRunner Runner { get; } = runner;

    /// <summary>Whether received memory is overwritten when it is released, to find protocols that still use it. Default false.</summary>
    internal bool OverwritesReleased { get; init; }

    /// <summary>The resolver of names. By default it is the operating system's.</summary>
    internal INameResolver Resolver { get; init; } = SystemResolver.Instance;
}
