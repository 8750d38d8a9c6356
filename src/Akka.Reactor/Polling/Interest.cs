using System;

namespace Akka.Reactor.Polling;

/// <summary>The events that a registration asks for. Faults and hang-ups are reported regardless of the interest.</summary>
[Flags]
internal enum Interest : byte
{
    None = 0,
    Read = 1,
    Write = 2,
}
