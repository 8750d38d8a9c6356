using System;

namespace Akka.Reactor;

/// <summary>
/// A client's protocol threw an exception, and its connection was aborted. <see cref="Exception.InnerException"/> is the exception
/// of the protocol.
/// </summary>
public sealed class ProtocolCrashedException : ReactorException
{
    internal ProtocolCrashedException(Exception cause)
        : base($"The protocol failed: {cause.Message}", cause) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.ProtocolCrash;
}
