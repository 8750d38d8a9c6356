using System;
using Akka.Actor.Setup;
using Akka.Reactor.Clients.Dial;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;

namespace Akka.Reactor;

/// <summary>
/// Gives an actor system another network than its machine's: part of the setup it is created with, and then in the place of
/// <c>akka.reactor.engine</c>.
/// </summary>
internal sealed class ReactorSetup(IPlatform platform, TimeProvider time, ILoopRunner runner) : Setup
{
    internal IPlatform Platform { get; } = platform;

    /// <summary>The clock of deadlines.</summary>
    internal TimeProvider Time { get; } = time;

    internal ILoopRunner Runner { get; } = runner;

    /// <summary>The system's, unless it is said otherwise.</summary>
    internal INameResolver Resolver { get; init; } = SystemResolver.Instance;
}
