namespace Akka.Reactor.Protocols;

/// <summary>
/// The other connection of a relay has failed: this one is reset once its peer has everything that was received there.
/// </summary>
public sealed class RelayEndedException : ReactorException
{
    /// <summary>Says how the other connection ended.</summary>
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

    /// <summary>What ended it.</summary>
    public CloseReason Reason { get; }
}
