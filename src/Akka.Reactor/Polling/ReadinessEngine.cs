using System;
using System.Collections.Generic;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// What engines have in common to which the system says that a descriptor can be used, and no more: the table of
/// registrations, interest that is told to the system once before each wait, and input and output by the system's calls.
/// </summary>
internal abstract class ReadinessEngine(ISocketIo io) : IEngine
{
    private readonly Queue<Registration> _refused = new();

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

    public IoResult Receive(Registration registration, Span<byte> buffer)
    {
        IoResult result = io.Receive(registration.Descriptor, buffer);

        // Where the socket has lost its error to the engine, it says that it ended; in truth it failed.
        return result is { Count: 0, Succeeded: true } && !buffer.IsEmpty && !registration.TakenError.Succeeded
            ? registration.TakenError
            : result;
    }

    public IoResult Send(Registration registration, ReadOnlySpan<byte> buffer) =>
        io.Send(registration.Descriptor, buffer);

    public IoResult SendFile(Registration registration, in FileRange file) =>
        io.SendFile(registration.Descriptor, file);

    public AcceptResult Accept(Registration listener) => io.Accept(listener.Descriptor);

    public int Wait(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        while (Table.TryTakeChanged(out Registration? registration))
        {
            Apply(registration);
            registration.Applied = registration.Interest;
        }

        return _refused.Count == 0 ? Poll(events, timeoutMilliseconds) : ReportRefused(events);
    }

    public abstract void Dispose();

    /// <summary>Makes a new registration, without interest yet, known to the system. What it throws refuses the registration.</summary>
    protected abstract void Add(Registration registration);

    /// <summary>Tells the system the registration's interest, which is another than the one applied last.</summary>
    protected abstract void Apply(Registration registration);

    /// <summary>
    /// The system would not take an interest in <see cref="Apply"/>: the descriptor was closed under the engine, or memory is
    /// short. That is a fault of this registration, and no reason to fail all the others.
    /// </summary>
    protected void Refuse(Registration registration) => _refused.Enqueue(registration);

    /// <summary>Makes the system forget a registration; its descriptor may be closed already.</summary>
    protected abstract void Remove(Registration registration);

    /// <summary>As <see cref="IEngine.Wait"/>, with every interest applied.</summary>
    protected abstract int Poll(Span<EngineEvent> events, int timeoutMilliseconds);

    private int ReportRefused(Span<EngineEvent> events)
    {
        int filled = 0;
        while (filled < events.Length && _refused.TryDequeue(out Registration? registration))
        {
            if (registration.Active)
            {
                events[filled++] = new EngineEvent(registration, Readiness.Fault);
            }
        }

        return filled + (filled < events.Length ? Poll(events[filled..], 0) : 0);
    }
}
