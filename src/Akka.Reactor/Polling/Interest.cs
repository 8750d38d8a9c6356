using System;

namespace Akka.Reactor.Polling;

/// <summary>What a registration wants to hear of. Faults and hang-ups are reported whatever the interest.</summary>
[Flags]
internal enum Interest : byte
{
    None = 0,
    Read = 1,
    Write = 2,
}
