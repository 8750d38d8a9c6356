using System;

namespace Akka.Reactor;

/// <summary>
/// The base of every failure that this library reports. The type names the fact (refused, timed out, alert received, ...), and the
/// properties carry the data, so that supervision and logging never have to parse a message. A protocol may derive its own failures
/// from this class, and abort its connection with them.
/// </summary>
public abstract class ReactorException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence for the log that names what happened, and to whom.</param>
    /// <param name="innerException">The underlying exception of the framework, if there is one.</param>
    protected ReactorException(string message, Exception? innerException = null)
        : base(message, innerException) { }

    /// <summary>
    /// The class of this failure, by which a client decides whether and when to connect again. An application's own exception may return
    /// a class of its own (<see cref="FailureClass.Named"/>). Otherwise it is <see cref="FailureClass.Other"/>.
    /// </summary>
    public virtual FailureClass FailureClass => FailureClass.Other;
}
