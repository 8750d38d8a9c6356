using System;

namespace Akka.Reactor.Transports;

/// <summary>What a transport must know of the owner at the top of its stack.</summary>
[Flags]
internal enum OwnerTraits : byte
{
    /// <summary>A plain actor.</summary>
    None = 0,

    /// <summary>The owner answers a <see cref="Writable"/> with <see cref="ResumeWriting"/>.</summary>
    Paces = 1,

    /// <summary>
    /// The owner reads what was received before a reset, even while it has suspended reading. The end waits for that.
    /// </summary>
    ReadsToEnd = 2,
}
