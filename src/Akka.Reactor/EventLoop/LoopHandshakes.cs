using Akka.Dispatch;

namespace Akka.Reactor.EventLoop;

/// <summary>The rules for the TLS handshakes of a loop.</summary>
/// <param name="Most">The number of handshakes that are worked on at the same time, if a dispatcher does the work.</param>
/// <param name="Memory">The memory that the handshakes that wait may hold, in bytes.</param>
/// <param name="Dispatcher">The dispatcher that does the work; null: the loop itself.</param>
internal sealed record HandshakeRules(int Most, long Memory, MessageDispatcher? Dispatcher)
{
    internal static readonly HandshakeRules Default = new(64, 64 * 1024 * 1024, null);
}

/// <summary>
/// Lets the TLS handshakes of one loop take turns, by the books of <see cref="HandshakeSlots"/>. The loop itself works on one handshake at
/// a time, behind everything else that it has to run: a handshake costs as much as a hundred echoes. Each loop has its own books, because
/// loops share nothing that would need a lock, and because it is the loop that has to be kept free. Used on the loop only.
/// </summary>
internal sealed class LoopHandshakes(ReactorLoop loop, HandshakeRules rules)
{
    private readonly HandshakeSlots _slots = new(rules.Dispatcher is null ? 1 : rules.Most, rules.Memory);
    private bool _turnComes;

    /// <summary>True if a dispatcher does the work.</summary>
    internal bool AreOffLoop => rules.Dispatcher is not null;

    /// <inheritdoc cref="HandshakeSlots.Held"/>
    internal long Held => _slots.Held;

    /// <inheritdoc cref="HandshakeSlots.Hold"/>
    internal void Hold(Handshake handshake, long bytes)
    {
        _slots.Hold(handshake, bytes);
        Shed();
    }

    /// <inheritdoc cref="HandshakeSlots.Ask"/>
    internal void Ask(Handshake handshake)
    {
        _slots.Ask(handshake);
        GiveTurns();
    }

    /// <inheritdoc cref="HandshakeSlots.Done"/>
    internal void Done(Handshake handshake, long bytes)
    {
        _slots.Done(handshake, bytes);
        Shed();
        GiveTurns();
    }

    /// <inheritdoc cref="HandshakeSlots.Leave"/>
    internal void Leave(Handshake handshake)
    {
        _slots.Leave(handshake);
        GiveTurns();
    }

    /// <summary>Runs one step of a handshake on the dispatcher.</summary>
    internal void Execute(IRunnable step)
    {
        try
        {
            rules.Dispatcher!.Schedule(step);
        }
        catch (RejectedExecutionException)
        {
            // The dispatcher ends with the actor system, perhaps before this connection does.
            step.Run();
        }
    }

    private void GiveTurns()
    {
        if (AreOffLoop)
        {
            while (_slots.Next() is { } next)
            {
                next.Begin();
            }
        }
        else if (!_turnComes && _slots.HasNext)
        {
            _turnComes = true;
            loop.RunLast(new ActionRun(GiveOneTurn));
        }
    }

    private void GiveOneTurn()
    {
        _turnComes = false;
        _slots.Next()?.Begin();
    }

    private void Shed()
    {
        while (_slots.TooMuch() is { } oldest)
        {
            long held = _slots.Held;
            _slots.Leave(oldest);
            oldest.Shed(held, _slots.Limit);
        }
    }
}
