namespace Akka.Reactor.Protocols;

/// <summary>
/// Reports that the other connection of a relay has failed. This connection is reset after its peer has everything that was
/// received on the other connection.
/// </summary>
public sealed class RelayEndedException : ReactorException
{
    /// <summary>
    /// Creates the exception from the reason, and the cause if there is one, for which the other connection ended.
    /// </summary>
    public RelayEndedException(CloseReason reason, ReactorException? cause = null)
        : base(
            cause is null
                ? $"The other connection of the relay ended ({reason})."
                : $"The other connection of the relay ended ({reason}): {cause.Message}",
            cause
        )
    {
        Reason = reason;
    }

    /// <summary>The reason for which the other connection ended.</summary>
    public CloseReason Reason { get; }
}
