using System;

namespace Akka.Reactor;

/// <summary>The same bytes, cut in another way, had another effect, or more was consumed than there was.</summary>
public sealed class ByteFeederException : Exception
{
    /// <summary>Says how they were cut and what came out.</summary>
    public ByteFeederException(string message)
        : base(message) { }
}
