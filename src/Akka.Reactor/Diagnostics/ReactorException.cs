using System;

namespace Akka.Reactor;

/// <summary>
/// Base of every failure this library reports. The leaf type names the fact (refused, timed out, alert received, ...)
/// and carries its data as properties, so that supervision and logging never have to parse a message.
/// </summary>
public abstract class ReactorException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">One sentence for the log: what happened, to whom.</param>
    /// <param name="innerException">The framework's exception behind it, where there is one.</param>
    protected ReactorException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
