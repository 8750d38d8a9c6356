using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Simulated.Tests.Runs;

namespace Akka.Reactor.Simulated.Tests.Bugs;

/// <summary>A bug that a run is made with, at a seam where the product can be reached from outside. By default there is none.</summary>
internal sealed record Plant
{
    internal static Plant None { get; } = new();

    /// <summary>Stands between the loops and the simulated system.</summary>
    internal Func<IPlatform, IPlatform>? Platform { get; init; }

    /// <summary>Makes the layers on a lower transport.</summary>
    internal Func<IActorRef, Props> Layer { get; init; } = lower => Props.Create(() => new PlainLayer(lower));

    /// <summary>What an answer to a write becomes on its way to the writer.</summary>
    internal Func<Answer, IEnumerable<Answer>> Answers { get; init; } = answer => [answer];

    /// <summary>Protocols give memory back that is still in use: some of it is kept unread, or waits to be sent.</summary>
    internal bool ReleasesEarly { get; init; }

    /// <summary>What is wrong with the tasks of protocols that have some.</summary>
    internal TaskBug Tasks { get; init; }
}

/// <summary>A bug of asynchronous handlers.</summary>
internal enum TaskBug
{
    None,

    /// <summary>The session does not know of the task, and offers more meanwhile.</summary>
    Unknown,

    /// <summary>The memory of what the task was offered is given back before it has read it.</summary>
    ReleasesEarly,

    /// <summary>The task does not end when its connection does.</summary>
    OutlivesTheEnd,
}
