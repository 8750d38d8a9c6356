using System;
using System.Collections.Generic;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling;

/// <summary>
/// The common part of readiness engines, to which the system reports only that a descriptor can be used: the table of
/// registrations, interest that is passed to the system once before each wait, and input and output by the system's calls.
/// </summary>
internal abstract class ReadinessEngine(ISocketIo io) : IEngine
{
    private readonly Queue<Registration> _refused = new();

    /// <summary>The registrations. An engine looks up the registrations of its events here.</summary>
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

        // If the engine has taken the error of a failed socket, the socket reports the end of the stream instead of the error.
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

    /// <summary>
    /// Makes the system know a new registration, which has no interest yet. An exception refuses the registration.
    /// </summary>
    protected abstract void Add(Registration registration);

    /// <summary>Passes the registration's interest to the system. It differs from the interest that was applied last.</summary>
    protected abstract void Apply(Registration registration);

    /// <summary>
    /// Records that the system refused an interest in <see cref="Apply"/>: the descriptor was closed under the engine, or memory is
    /// short. This is a fault of this registration, and no reason to fail all other registrations.
    /// </summary>
    protected void Refuse(Registration registration) => _refused.Enqueue(registration);

    /// <summary>Makes the system forget a registration. The registration's descriptor may already be closed.</summary>
    protected abstract void Remove(Registration registration);

    /// <summary>Does the same as <see cref="IEngine.Wait"/>, after every interest was applied.</summary>
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
