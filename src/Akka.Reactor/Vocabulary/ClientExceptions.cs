using System;

namespace Akka.Reactor;

/// <summary>A client's protocol threw, so its connection was aborted. <see cref="Exception.InnerException"/> is what it threw.</summary>
public sealed class ProtocolCrashedException : ReactorException
{
    internal ProtocolCrashedException(Exception cause)
        : base($"The protocol failed: {cause.Message}", cause) { }
}
