using System;

namespace Akka.Reactor.Polling;

/// <summary>
/// What engines have in common to which the system says that a descriptor can be used, and no more: the table of
/// registrations, interest that is told to the system once before each wait, and input and output by the system's calls.
/// </summary>
internal abstract class ReadinessEngine(ISocketIo io) : IEngine
{
    public abstract string Name { get; }

    /// <summary>The registrations; an engine looks its events up here.</summary>
    internal RegistrationTable Table { get; } = new();

    public Registration Register(nint descriptor, SocketKind kind, object target, Registration? previous = null)
    {
        Registration registration = Table.Add(descriptor, kind, target);
        try
        {
            Add(registration);
        }
        catch
        {
            Table.Remove(registration);
            throw;
        }

        return registration;
    }

    public void SetInterest(Registration registration, Interest interest) => Table.SetInterest(registration, interest);

    public void Deregister(Registration registration)
    {
        if (registration.Active)
        {
            Table.Remove(registration);
            Remove(registration);
        }
    }

    public virtual IoResult Receive(Registration registration, Span<byte> buffer) =>
        io.Receive(registration.Descriptor, buffer);

    public IoResult Send(Registration registration, ReadOnlySpan<byte> buffer) =>
        io.Send(registration.Descriptor, buffer);

    public AcceptResult Accept(Registration listener) => io.Accept(listener.Descriptor);

    public int Wait(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        while (Table.TryTakeChanged(out Registration? registration))
        {
            Apply(registration);
            registration.Applied = registration.Interest;
        }

        return Poll(events, timeoutMilliseconds);
    }

    public abstract void Dispose();

    /// <summary>Makes a new registration, without interest yet, known to the system. What it throws refuses the registration.</summary>
    protected abstract void Add(Registration registration);

    /// <summary>Tells the system the registration's interest, which is another than the one applied last.</summary>
    protected abstract void Apply(Registration registration);

    /// <summary>Makes the system forget a registration; its descriptor may be closed already.</summary>
    protected abstract void Remove(Registration registration);

    /// <summary>As <see cref="IEngine.Wait"/>, with every interest applied.</summary>
    protected abstract int Poll(Span<EngineEvent> events, int timeoutMilliseconds);
}
