using System;

namespace Akka.Reactor;

/// <summary>
/// The exception for a decoder whose result depends on how its input is cut, or that reports a number of consumed bytes
/// that is negative or larger than the number of bytes it was given.
/// </summary>
public sealed class ByteFeederException : Exception
{
    /// <summary>Creates the exception with a message that names the cutting and the wrong result.</summary>
    public ByteFeederException(string message)
        : base(message) { }
}
