using System;

namespace Akka.Reactor.Polling;

/// <summary>The state of a registration that an engine reports.</summary>
[Flags]
internal enum Readiness : byte
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>The socket failed, or both directions are finished. A receive or the socket's error gives the reason.</summary>
    Fault = 4,
}
