using System;

namespace Akka.Reactor;

/// <summary>
/// Base of every failure that this library reports. The type names the fact (refused, timed out, alert received, ...), and its
/// properties carry the data, so that supervision and logging never have to parse a message. A protocol may derive its own
/// failures from this class, and abort its connection with them.
/// </summary>
public abstract class ReactorException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">One sentence for the log: what happened, to whom.</param>
    /// <param name="innerException">The framework's exception behind it, where there is one.</param>
    protected ReactorException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
