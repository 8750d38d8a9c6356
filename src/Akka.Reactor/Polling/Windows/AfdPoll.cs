namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// The one poll that an <see cref="AfdEngine"/> has for a registered socket. It belongs to a registration from then on
/// until its deregistration or, if a poll is in flight then, until that poll's completion: only then is it free for another.
/// </summary>
internal sealed class AfdPoll(AfdDevice device, int index)
{
    internal AfdDevice Device { get; } = device;

    internal int Index { get; } = index;

    /// <summary>The registration's token; outlives the registration until the last completion.</summary>
    internal ulong Token { get; private set; }

    /// <summary>The handle below layered providers, which is the one the driver knows.</summary>
    internal nint BaseSocket { get; private set; }

    /// <summary>What the poll in flight asks for.</summary>
    internal uint Asked { get; set; }

    /// <summary>Between a successful start and its completion: the driver may write to the poll's memory.</summary>
    internal bool InFlight { get; set; }

    /// <summary>Cancelled, and not completed yet.</summary>
    internal bool Cancelling { get; set; }

    /// <summary>On the engine's list of polls to start before the next wait.</summary>
    internal bool Queued { get; set; }

    /// <summary>False once its registration is gone.</summary>
    internal bool Owned { get; private set; }

    internal void Own(ulong token, nint baseSocket)
    {
        Token = token;
        BaseSocket = baseSocket;
        Owned = true;
    }

    internal void Disown() => Owned = false;
}
