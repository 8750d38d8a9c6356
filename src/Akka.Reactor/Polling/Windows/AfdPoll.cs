namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// The one poll that an <see cref="AfdEngine"/> has for a registered socket. It belongs to one registration until the
/// deregistration or, if the poll is in flight at that moment, until the poll has completed. Only then is it free for
/// another registration.
/// </summary>
internal sealed class AfdPoll(AfdDevice device, int index)
{
    internal AfdDevice Device { get; } = device;

    internal int Index { get; } = index;

    /// <summary>The registration's token. It is kept after the registration is gone, until the last completion.</summary>
    internal ulong Token { get; private set; }

    /// <summary>The socket's handle below all layered providers, which is the handle that the driver knows.</summary>
    internal nint BaseSocket { get; private set; }

    /// <summary>The events for which the poll in flight asks.</summary>
    internal uint Asked { get; set; }

    /// <summary>
    /// True from a successful start until the completion. During this time the driver may write to the poll's memory.
    /// </summary>
    internal bool InFlight { get; set; }

    /// <summary>True if the poll was cancelled and has not completed yet.</summary>
    internal bool Cancelling { get; set; }

    /// <summary>True while the poll is on the engine's list of polls to start before the next wait.</summary>
    internal bool Queued { get; set; }

    /// <summary>False when the registration is gone.</summary>
    internal bool Owned { get; private set; }

    internal void Own(ulong token, nint baseSocket)
    {
        Token = token;
        BaseSocket = baseSocket;
        Owned = true;
    }

    internal void Disown() => Owned = false;
}
