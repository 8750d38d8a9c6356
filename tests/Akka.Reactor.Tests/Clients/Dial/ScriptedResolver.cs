using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Reactor.Tests.Clients.Dial;

/// <summary>Answers as it is told to, and remembers what it was asked.</summary>
internal sealed class ScriptedResolver : INameResolver
{
    private int _asked;

    internal Func<string, Task<IReadOnlyList<IPAddress>>> Answer { get; set; } =
        _ => Task.FromResult<IReadOnlyList<IPAddress>>([]);

    internal int Asked => Volatile.Read(ref _asked);

    /// <summary>Of the last question: set when nobody wants to know any more.</summary>
    internal CancellationToken Cancellation { get; private set; }

    public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        Cancellation = cancellation;
        return Answer(host);
    }
}
