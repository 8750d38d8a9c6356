using System;

namespace Akka.Reactor.Polling;

/// <summary>What an engine reports of a registration.</summary>
[Flags]
internal enum Readiness : byte
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>The socket failed or both directions are gone; a receive or the socket's error tells why.</summary>
    Fault = 4,
}
